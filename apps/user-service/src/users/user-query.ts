import { badRequest, type UserSort, type UserStatus } from '@app/contracts';
import { prefixQuery } from './search-text';

/** Which users, in which order. */
export interface UserFilter {
  search?: string;
  /** Also by email and phone. */
  searchEverything: boolean;
  status?: UserStatus;
  role?: string;
  sortBy: UserSort;
  sortOrder: 'asc' | 'desc';
}

/** The place of a user in a sorted list. */
export interface UserPlace {
  /** What the list is sorted by, as text. */
  key: string;
  userId: number;
}

export interface Statement {
  text: string;
  values: unknown[];
}

const KEYS = {
  username: { sql: 'lower(u.username)', type: 'text' },
  full_name: { sql: `lower(coalesce(u.full_name, ''))`, type: 'text' },
  created_at: { sql: 'u.created_at', type: 'timestamptz' },
  user_id: { sql: 'u.user_id', type: 'integer' },
} as const satisfies Record<UserSort, { sql: string; type: string }>;

/** Word for word the expressions of the indexes `users_by_words` and `users_by_all_words`. */
const WORDS = `array_to_tsvector(array_remove(string_to_array(u.search_text, ' '), ''))`;
const ALL_WORDS = `array_to_tsvector(array_remove(string_to_array(
  u.search_text || ' ' || regexp_replace(lower(u.email), '[^a-z0-9]+', ' ', 'g')
    || ' ' || regexp_replace(coalesce(u.phone, ''), '[^0-9]+', '', 'g'), ' '), ''))`;

/** Rows `{ user_id, key }`, in order: all after `after`, or from number `skip` on. */
export function pageStatement(
  filter: UserFilter,
  { limit, after, skip = 0 }: { limit: number; after?: UserPlace; skip?: number },
): Statement {
  const { conditions, values } = conditionsOf(filter);
  const { sql, type } = KEYS[filter.sortBy];
  const [beyond, direction] = filter.sortOrder === 'asc' ? ['>', 'ASC'] : ['<', 'DESC'];
  const bind = (value: unknown) => `$${values.push(value)}`;
  if (after)
    conditions.push(
      `(${sql}, u.user_id) ${beyond} (${bind(after.key)}::${type}, ${bind(after.userId)}::integer)`,
    );
  const text = `SELECT u.user_id, ${sql} AS key FROM users u WHERE ${conditions.join(' AND ')}
    ORDER BY ${sql} ${direction}, u.user_id ${direction} LIMIT ${bind(limit)} OFFSET ${bind(skip)}`;
  return { text, values };
}

/** One row `{ total }`. */
export function countStatement(filter: UserFilter): Statement {
  const { conditions, values } = conditionsOf(filter);
  return { text: `SELECT count(*)::integer AS total FROM users u WHERE ${conditions.join(' AND ')}`, values };
}

function conditionsOf({ search, searchEverything, status, role }: UserFilter): {
  conditions: string[];
  values: unknown[];
} {
  const conditions = [`u.status <> 'deleted'`];
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  if (search !== undefined)
    conditions.push(`${searchEverything ? ALL_WORDS : WORDS} @@ ${bind(prefixQuery(search))}::tsquery`);
  if (status !== undefined) conditions.push(`u.status = ${bind(status)}`);
  if (role !== undefined)
    conditions.push(`EXISTS (SELECT 1 FROM user_role ur JOIN roles r ON r.role_id = ur.role_id
      WHERE ur.user_id = u.user_id AND r.name = ${bind(role)})`);
  return { conditions, values };
}

/** Opaque to clients; good for the sort that it was made with. */
export const cursorOf = ({ key, userId }: UserPlace, { sortBy, sortOrder }: UserFilter): string =>
  Buffer.from(JSON.stringify([sortBy, sortOrder, key, userId])).toString('base64url');

/** Throws BAD_REQUEST for what `cursorOf` did not make for this sort. */
export function placeOf(cursor: string, { sortBy, sortOrder }: UserFilter): UserPlace {
  const [sort, order, key, userId] = listIn(cursor);
  const fits = sort === sortBy && order === sortOrder && isUserId(userId) && isKeyOf(sortBy, key);
  if (!fits) throw badRequest('cursor', 'must be the page.next of the page before, with the same sort');
  return { key: key as string, userId: userId as number };
}

function listIn(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const MAX_ID = 2_147_483_647;
const isUserId = (id: unknown) => Number.isInteger(id) && Math.abs(Number(id)) <= MAX_ID;

/** Whether PostgreSQL can read it as what the list is sorted by. */
function isKeyOf(sortBy: UserSort, key: unknown): boolean {
  if (typeof key !== 'string') return false;
  switch (KEYS[sortBy].type) {
    case 'integer':
      return /^\d{1,9}$/.test(key);
    case 'timestamptz':
      return isTime(key);
    case 'text':
      return !key.includes('\0');
  }
}

/** As `cursorOf` writes it: PostgreSQL knows no year 0, and no 30th of February. */
const isTime = (key: string) =>
  /^(?!0000)\d{4}-/.test(key) && !Number.isNaN(Date.parse(key)) && new Date(key).toISOString() === key;
