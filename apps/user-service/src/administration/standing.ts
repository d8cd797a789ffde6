import type { UserStatus } from '@app/contracts';
import type { Transaction } from '../outbox/outbox';

/** What a user may do here. */
export interface Standing {
  status: UserStatus;
  /** In alphabetical order. */
  roles: string[];
  /** Active, and no other active user is an admin. */
  isLastAdmin: boolean;
}

/**
 * Null when there is no such user. Changes that could cost the system its last admin go one after the other: whoever
 * has this lock sees what the one before has left.
 */
export async function lockStanding(transaction: Transaction, userId: number): Promise<Standing | null> {
  await transaction.query(`SELECT 1 FROM roles WHERE name = 'admin' FOR NO KEY UPDATE`);
  const [user] = await transaction.query<{ status: UserStatus }[]>(
    `SELECT status FROM users WHERE user_id = $1 AND status <> 'deleted' FOR UPDATE`,
    [userId],
  );
  if (!user) return null;
  const roles = await transaction.query<{ name: string }[]>(
    `SELECT name FROM user_role JOIN roles USING (role_id) WHERE user_id = $1 ORDER BY name`,
    [userId],
  );
  const admins = await transaction.query<{ user_id: number }[]>(
    `SELECT user_id FROM roles JOIN user_role USING (role_id) JOIN users USING (user_id)
     WHERE name = 'admin' AND status = 'active' LIMIT 2`,
  );
  return {
    status: user.status,
    roles: roles.map(({ name }) => name),
    isLastAdmin: admins.length === 1 && admins[0]?.user_id === userId,
  };
}
