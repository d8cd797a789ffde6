import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';
import { queueMail, queueMailTo, type MailKind } from '../mail/mail-queue';
import type { Transaction } from '../outbox/outbox';
import { findMailToken, useMailToken, voidMailTokens } from '../mail/mail-tokens';

/** What proves who somebody is. It stays in this process. */
export interface Credentials {
  userId: number;
  username: string;
  email: string;
  emailVerified: boolean;
  status: string;
  passwordHash: string;
  /** Another one after each change of the password. */
  passwordVersion: number;
}

interface Row {
  user_id: number;
  username: string;
  email: string;
  email_verified: boolean;
  status: string;
  password_hash: string;
  password_version: number;
}

const COLUMNS = `user_id, username, email, email_verified_at IS NOT NULL AS email_verified, status, password_hash, password_version`;

/** Plain statements: an account that exists must not take longer to read than one that does not. */
@Injectable()
export class CredentialsRepository {
  constructor(private readonly database: Database) {}

  /** By email or by username, without regard to case: an email has an `@`, a username cannot have one. */
  findByName(name: string): Promise<Credentials | null> {
    const column = name.includes('@') ? 'email' : 'username';
    return this.find(`lower(${column}) = lower($1)`, name);
  }

  findByUser(userId: number): Promise<Credentials | null> {
    return this.find('user_id = $1', userId);
  }

  /** The account that a mailed token is for; null when the token is of no use. */
  async findByMailToken(token: string): Promise<Credentials | null> {
    const userId = await this.database.run((manager) => findMailToken(manager, 'reset-password', token));
    return userId === null ? null : this.findByUser(userId);
  }

  /** Stores the same password under today's hash parameters, if it is still the same. */
  async upgradeHash({ userId, passwordVersion }: Credentials, hash: string): Promise<void> {
    await this.database.run((manager) =>
      manager.query(`UPDATE users SET password_hash = $3 WHERE user_id = $1 AND password_version = $2`, [
        userId,
        passwordVersion,
        hash,
      ]),
    );
  }

  /** Waits for a change that is going on. */
  async isCurrent({ userId, passwordVersion }: Credentials): Promise<boolean> {
    const rows = await this.database.run((manager) =>
      manager.query<unknown[]>(`SELECT 1 FROM users WHERE user_id = $1 AND password_version = $2 FOR SHARE`, [
        userId,
        passwordVersion,
      ]),
    );
    return rows.length > 0;
  }

  /** False when it has been changed since. Tokens that were mailed before are void. */
  changePassword(
    transaction: Transaction,
    { userId, passwordVersion }: Credentials,
    hash: string,
  ): Promise<boolean> {
    return setPassword(transaction, userId, hash, passwordVersion);
  }

  /**
   * Whose it was, and whether nobody had confirmed the address before; null when the token is of no use (any more). Who has
   * it reads the mail of that address: it is confirmed, too.
   */
  async resetPassword(
    transaction: Transaction,
    token: string,
    hash: string,
  ): Promise<{ userId: number; wasUnconfirmed: boolean } | null> {
    const userId = await useMailToken(transaction, 'reset-password', token);
    if (userId === null) return null;
    await setPassword(transaction, userId, hash);
    return { userId, wasUnconfirmed: await confirmEmail(transaction, userId) };
  }

  /** False when the token is of no use (any more). */
  verifyEmail(token: string): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const userId = await useMailToken(manager, 'verify-email', token);
      if (userId !== null) await confirmEmail(manager, userId);
      return userId !== null;
    });
  }

  queueMail(kind: MailKind, userId: number): Promise<void> {
    return this.database.run((manager) => queueMail(manager, kind, userId));
  }

  /** For whoever has the address, somebody or nobody. */
  queueMailTo(kind: MailKind, email: string): Promise<void> {
    return this.database.run((manager) => queueMailTo(manager, kind, email));
  }

  private async find(condition: string, value: string | number): Promise<Credentials | null> {
    const [row] = await this.database.run((manager) =>
      manager.query<Row[]>(`SELECT ${COLUMNS} FROM users WHERE ${condition} AND status <> 'deleted'`, [
        value,
      ]),
    );
    if (!row) return null;
    const { user_id: userId, username, email, status } = row;
    return {
      userId,
      username,
      email,
      status,
      emailVerified: row.email_verified,
      passwordHash: row.password_hash,
      passwordVersion: row.password_version,
    };
  }
}

async function setPassword(
  manager: EntityManager,
  userId: number,
  hash: string,
  version?: number,
): Promise<boolean> {
  const [changed] = await manager.query<[unknown[], number]>(
    `UPDATE users SET password_hash = $2, password_version = password_version + 1, updated_at = now()
     WHERE user_id = $1 AND password_version = coalesce($3, password_version) RETURNING user_id`,
    [userId, hash, version ?? null],
  );
  if (changed.length === 0) return false;
  await voidMailTokens(manager, 'reset-password', userId);
  await queueMail(manager, 'password-changed', userId);
  return true;
}

/** False when it was confirmed already. */
async function confirmEmail(manager: EntityManager, userId: number): Promise<boolean> {
  const [, changed] = await manager.query<[unknown, number]>(
    `UPDATE users SET email_verified_at = now(), updated_at = now() WHERE user_id = $1 AND email_verified_at IS NULL`,
    [userId],
  );
  return changed === 1;
}
