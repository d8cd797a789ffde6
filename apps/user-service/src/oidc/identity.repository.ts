import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { queueMail } from '../mail/mail-queue';
import { holdCaller } from '../users/hold-active';

/** The account that an identity leads to. */
export interface Owner {
  userId: number;
  status: string;
  emailVerified: boolean;
}

export interface StoredIdentity {
  id: number;
  issuer: string;
  linkedAt: Date;
  lastUsed: Date | null;
}

interface OwnerRow {
  user_id: number;
  status: string;
  email_verified: boolean;
}

interface IdentityRow {
  identity_id: number;
  issuer: string;
  linked_at: Date;
  last_used: Date | null;
}

type Key = { issuer: string; subject: string };

const OWNER = `user_id, status, email_verified_at IS NOT NULL AS email_verified`;
const IDENTITY = `identity_id, issuer, linked_at, last_used`;

@Injectable()
export class IdentityRepository {
  constructor(private readonly database: Database) {}

  async findOwner({ issuer, subject }: Key): Promise<Owner | null> {
    const rows = await this.database.run((manager) =>
      manager.query<OwnerRow[]>(
        `SELECT ${OWNER} FROM users JOIN oidc_identities USING (user_id) WHERE issuer = $1 AND subject = $2`,
        [issuer, subject],
      ),
    );
    return toOwner(rows[0]);
  }

  async findByEmail(email: string): Promise<Owner | null> {
    const rows = await this.database.run((manager) =>
      manager.query<OwnerRow[]>(`SELECT ${OWNER} FROM users WHERE lower(email) = lower($1)`, [email]),
    );
    return toOwner(rows[0]);
  }

  async hasConfirmedEmail(userId: number): Promise<boolean> {
    const rows = await this.database.run((manager) =>
      manager.query<unknown[]>(`SELECT 1 FROM users WHERE user_id = $1 AND email_verified_at IS NOT NULL`, [
        userId,
      ]),
    );
    return rows.length === 1;
  }

  /** The new link, told to the account's owner by mail if `tell`; null when the identity is linked already, to whomever. Throws AUTH_INVALID. */
  insert({ issuer, subject }: Key, userId: number, tell: boolean): Promise<StoredIdentity | null> {
    return this.database.transaction(async (manager) => {
      await holdCaller(manager, userId);
      const [row] = await manager.query<IdentityRow[]>(
        `INSERT INTO oidc_identities (issuer, subject, user_id) VALUES ($1, $2, $3)
         ON CONFLICT (issuer, subject) DO NOTHING RETURNING ${IDENTITY}`,
        [issuer, subject, userId],
      );
      if (!row) return null;
      if (tell) await queueMail(manager, 'identity-linked', userId);
      return toIdentity(row);
    });
  }

  async markUsed({ issuer, subject }: Key): Promise<void> {
    await this.database.run((manager) =>
      manager.query(`UPDATE oidc_identities SET last_used = now() WHERE issuer = $1 AND subject = $2`, [
        issuer,
        subject,
      ]),
    );
  }

  async list(userId: number): Promise<StoredIdentity[]> {
    const rows = await this.database.run((manager) =>
      manager.query<IdentityRow[]>(
        `SELECT ${IDENTITY} FROM oidc_identities WHERE user_id = $1 ORDER BY identity_id`,
        [userId],
      ),
    );
    return rows.map(toIdentity);
  }

  /**
   * `isOtherWayIn` is asked about the account's password hash when this is the last identity. The account's row is locked:
   * two identities that are unlinked at once are unlinked one after the other.
   */
  remove(
    userId: number,
    identityId: number,
    isOtherWayIn: (passwordHash: string) => boolean,
  ): Promise<'removed' | 'unknown' | 'last'> {
    return this.database.transaction(async (manager) => {
      const [owner] = await manager.query<{ password_hash: string }[]>(
        `SELECT password_hash FROM users WHERE user_id = $1 FOR UPDATE`,
        [userId],
      );
      const linked = await manager.query<{ identity_id: number }[]>(
        `SELECT identity_id FROM oidc_identities WHERE user_id = $1`,
        [userId],
      );
      if (!owner || !linked.some((identity) => identity.identity_id === identityId)) return 'unknown';
      if (linked.length === 1 && !isOtherWayIn(owner.password_hash)) return 'last';
      await manager.query(`DELETE FROM oidc_identities WHERE identity_id = $1`, [identityId]);
      return 'removed';
    });
  }
}

const toOwner = (row: OwnerRow | undefined): Owner | null =>
  row ? { userId: row.user_id, status: row.status, emailVerified: row.email_verified } : null;

const toIdentity = (row: IdentityRow): StoredIdentity => ({
  id: row.identity_id,
  issuer: row.issuer,
  linkedAt: row.linked_at,
  lastUsed: row.last_used,
});
