import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';
import { queueMail } from '../mail/mail-queue';
import { holdCaller } from '../users/hold-active';

/** `secret` is sealed; `nowMs` is the database's clock, so that instances need not agree on theirs. */
export interface StoredFactor {
  secret: Buffer;
  enabled: boolean;
  nowMs: number;
}

/** Each code counts once: whoever changes the row first has used it. */
@Injectable()
export class SecondFactorRepository {
  constructor(private readonly database: Database) {}

  async find(userId: number): Promise<StoredFactor | null> {
    const [row] = await this.database.run((manager) =>
      manager.query<{ secret: Buffer; enabled: boolean; now: string }[]>(
        `SELECT secret, enabled_at IS NOT NULL AS enabled, extract(epoch FROM now()) * 1000 AS now
         FROM second_factors WHERE user_id = $1`,
        [userId],
      ),
    );
    return row ? { secret: row.secret, enabled: row.enabled, nowMs: Number(row.now) } : null;
  }

  /** Stores a secret that does not count yet, in place of an earlier one of this kind; false when one counts already. Throws AUTH_INVALID. */
  async propose(userId: number, secret: Buffer): Promise<boolean> {
    const rows = await this.database.transaction(async (manager) => {
      await holdCaller(manager, userId);
      return manager.query<unknown[]>(
        `INSERT INTO second_factors (user_id, secret) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET secret = $2, created_at = now()
         WHERE second_factors.enabled_at IS NULL RETURNING 1`,
        [userId, secret],
      );
    });
    return rows.length === 1;
  }

  /** Makes the secret count, if it is still the proposed one; false otherwise. */
  enable(userId: number, secret: Buffer, step: number, recoveryHashes: Buffer[]): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      await holdCaller(manager, userId);
      const enabled = await changesOne(
        manager,
        `UPDATE second_factors SET enabled_at = now(), last_step = $3
         WHERE user_id = $1 AND secret = $2 AND enabled_at IS NULL`,
        [userId, secret, step],
      );
      if (!enabled) return false;
      await replaceRecoveryCodes(manager, userId, recoveryHashes);
      await queueMail(manager, 'second-factor-enabled', userId);
      return true;
    });
  }

  /** False when a code of this step or of a later one was used already. */
  useStep(userId: number, step: number): Promise<boolean> {
    return this.database.run((manager) =>
      changesOne(
        manager,
        `UPDATE second_factors SET last_step = $2
         WHERE user_id = $1 AND enabled_at IS NOT NULL AND last_step < $2`,
        [userId, step],
      ),
    );
  }

  /** False when there is no such code, or it was used already. */
  useRecoveryCode(userId: number, hash: Buffer): Promise<boolean> {
    return this.database.run((manager) =>
      changesOne(manager, `DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2`, [userId, hash]),
    );
  }

  async countRecoveryCodes(userId: number): Promise<number> {
    const [row] = await this.database.run((manager) =>
      manager.query<{ left: number }[]>(
        `SELECT count(*)::integer AS left FROM recovery_codes WHERE user_id = $1`,
        [userId],
      ),
    );
    return row?.left ?? 0;
  }

  replaceRecoveryCodes(userId: number, hashes: Buffer[]): Promise<void> {
    return this.database.transaction((manager) => replaceRecoveryCodes(manager, userId, hashes));
  }

  /** The recovery codes go with it. */
  remove(userId: number): Promise<void> {
    return this.database.transaction(async (manager) => {
      const removed = await changesOne(manager, `DELETE FROM second_factors WHERE user_id = $1`, [userId]);
      if (removed) await queueMail(manager, 'second-factor-disabled', userId);
    });
  }
}

async function replaceRecoveryCodes(manager: EntityManager, userId: number, hashes: Buffer[]): Promise<void> {
  // The row of the factor keeps two replacements apart; without it there is nothing to recover.
  await manager.query(`SELECT 1 FROM second_factors WHERE user_id = $1 FOR UPDATE`, [userId]);
  await manager.query(`DELETE FROM recovery_codes WHERE user_id = $1`, [userId]);
  await manager.query(
    `INSERT INTO recovery_codes (user_id, code_hash)
     SELECT user_id, unnest($2::bytea[]) FROM second_factors WHERE user_id = $1`,
    [userId, hashes],
  );
}

/** The driver answers an UPDATE or DELETE with its rows and their number. */
async function changesOne(manager: EntityManager, sql: string, values: unknown[]): Promise<boolean> {
  const [, count] = await manager.query<[unknown[], number]>(sql, values);
  return count === 1;
}
