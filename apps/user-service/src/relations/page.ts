import { badRequest, type Page } from '@app/contracts';

const DEFAULT_LIMIT = 20;

/** Where a page of a list that is ordered by time begins. */
export interface After {
  at: Date;
  id: number;
}

interface Query {
  limit?: number;
  cursor?: string;
}

/** A page of a list, newest first; `read` gets one more than it shows, which tells whether there is another page. */
export async function pageByTime<T>(
  { limit = DEFAULT_LIMIT, cursor }: Query,
  read: (limit: number, after: After | null) => Promise<T[]>,
  place: (item: T) => { at: string; id: number },
): Promise<Page<T>> {
  const rows = await read(limit + 1, cursor === undefined ? null : parse(cursor));
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (!last || rows.length <= limit) return { items, next: null };
  const { at, id } = place(last);
  return { items, next: `${new Date(at).getTime()}.${id}` };
}

function parse(cursor: string): After {
  const [, at, id] = /^(\d{1,15})\.(\d{1,10})$/.exec(cursor) ?? [];
  const after = { at: new Date(Number(at)), id: Number(id) };
  if (Number.isNaN(after.at.getTime()) || !(after.id <= 2_147_483_647))
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  return after;
}
