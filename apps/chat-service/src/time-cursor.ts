import { badRequest } from '@app/contracts';

/** A place in a list that is ordered by time, and by id where times are equal. */
export interface TimePlace {
  at: Date;
  id: string;
}

/** The `page.next` behind this place. */
export const toCursor = ({ at, id }: TimePlace): string => `${at.getTime()}.${id}`;

export function fromCursor(cursor: string): TimePlace {
  const [, at, id] = /^(\d{1,15})\.([0-9a-f]{24})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined)
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  return { at: new Date(Number(at)), id };
}
