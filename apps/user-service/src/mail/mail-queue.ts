import type { EntityManager } from 'typeorm';

/** The mails that we write. */
export type MailKind =
  | 'verify-email'
  | 'reset-password'
  | 'password-changed'
  | 'identity-linked'
  | 'second-factor-enabled'
  | 'second-factor-disabled';

/** A mail that will be sent if, and as soon as, the transaction of `manager` is committed; for features whose change causes it. */
export async function queueMail(manager: EntityManager, kind: MailKind, userId: number): Promise<void> {
  await manager.query(`INSERT INTO mails (kind, user_id) VALUES ($1, $2)`, [kind, userId]);
}

/** The same for whoever has this address; somebody or nobody, the work is the same. */
export async function queueMailTo(manager: EntityManager, kind: MailKind, email: string): Promise<void> {
  await manager.query(
    `INSERT INTO mails (kind, user_id) SELECT $1, (SELECT user_id FROM users WHERE lower(email) = lower($2))`,
    [kind, email],
  );
}
