import type { EntityManager } from 'typeorm';

/** The user has no second factor any more, and no recovery codes. */
export const forgetFactors = (manager: EntityManager, userId: number): Promise<unknown> =>
  manager.query(`DELETE FROM second_factors WHERE user_id = $1`, [userId]);
