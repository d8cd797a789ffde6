import { badRequest, type ListConversationsDto } from '@app/contracts';
import type { Activity } from './conversation.repository';

/** A line of a user's list. */
export interface Entry {
  id: string;
  /** When it was pinned; undefined: it is not. */
  pinnedAt: number | undefined;
  /** When the last message came. */
  at: number;
}

/** The pinned ones first, the latest pinned on top; then the latest activity. */
export function inOrder(activities: readonly Activity[], pinned: ReadonlyMap<string, Date>): Entry[] {
  return activities
    .map(({ id, last_activity_at }) => ({
      id,
      pinnedAt: pinned.get(id)?.getTime(),
      at: last_activity_at.getTime(),
    }))
    .sort(compare);
}

export const cursorOf = ({ id, pinnedAt, at }: Entry): string =>
  pinnedAt === undefined ? `${at}.${id}` : `p${pinnedAt}.${id}`;

/** The place in the list behind the cursor, or so many from its top. */
export function startOf({ cursor, skip }: ListConversationsDto, all: readonly Entry[]): number {
  if (cursor === undefined) return skip ?? 0;
  const [, pin, time, id] = /^(p?)(\d{1,15})\.([0-9a-f]{24})$/.exec(cursor) ?? [];
  if (time === undefined || id === undefined)
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  const number = Number(time);
  const place: Entry =
    pin === 'p' ? { id, pinnedAt: number, at: 0 } : { id, pinnedAt: undefined, at: number };
  const first = all.findIndex((entry) => compare(place, entry) < 0);
  return first === -1 ? all.length : first;
}

function compare(one: Entry, other: Entry): number {
  const byPin = (other.pinnedAt ?? -1) - (one.pinnedAt ?? -1);
  // Among pinned ones only the pin counts: what comes in does not move them.
  const byActivity = one.pinnedAt === undefined ? other.at - one.at : 0;
  return byPin || byActivity || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);
}
