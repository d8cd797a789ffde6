import type { EntityManager } from 'typeorm';

/** No user has this id: beside it, a user's own id names a turn of that user alone. */
const NOBODY = 0;

/**
 * Until the transaction ends, nobody else changes how these two stand to each other. Without it the numbers of two
 * changes could come in another order than the changes. Whoever takes both turns takes the user's own first.
 */
export const takeTurnOfPair = (manager: EntityManager, a: number, b: number): Promise<unknown> =>
  manager.query('SELECT pg_advisory_xact_lock($1::integer, $2::integer)', [Math.min(a, b), Math.max(a, b)]);

/** Until the transaction ends, nobody else does for this user what is limited per user. */
export const takeTurnOf = (manager: EntityManager, userId: number): Promise<unknown> =>
  manager.query('SELECT pg_advisory_xact_lock($1::integer, $2::integer)', [NOBODY, userId]);

/** The number of a fact; of two facts about the same two people the later one has the higher number. */
export async function nextRev(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ rev: string }[]>(`SELECT nextval('people_rev') AS rev`);
  return Number(row?.rev);
}
