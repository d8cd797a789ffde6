import { AppError } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/**
 * Whether all of them are active; nobody deletes them until the transaction ends. Whoever stores something of a user begins
 * with it: a row that comes after a deletion, which locks the same rows, would stay for ever.
 */
export async function holdActive(manager: EntityManager, ...userIds: number[]): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `SELECT 1 FROM users WHERE user_id = ANY($1::integer[]) AND status = 'active' ORDER BY user_id FOR KEY SHARE`,
    [userIds],
  );
  return rows.length === new Set(userIds).size;
}

/** Throws AUTH_INVALID. */
export async function holdCaller(manager: EntityManager, userId: number): Promise<void> {
  if (!(await holdActive(manager, userId))) throw new AppError('AUTH_INVALID', 'the account is gone');
}
