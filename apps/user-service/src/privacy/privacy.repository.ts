import { Injectable } from '@nestjs/common';
import { privacyUpdated, type PrivacyDto } from '@app/contracts';
import { Database } from '../database/database';
import { Outbox } from '../outbox/outbox';
import { holdCaller } from '../users/hold-active';

@Injectable()
export class PrivacyRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Undefined for somebody who has never chosen. */
  async find(userId: number): Promise<PrivacyDto | undefined> {
    const [row] = await this.database.run<PrivacyDto[]>((manager) =>
      manager.query(
        `SELECT presence, last_seen AS "lastSeen", read_receipts AS "readReceipts"
         FROM privacy_settings WHERE user_id = $1`,
        [userId],
      ),
    );
    return row;
  }

  /** Throws AUTH_INVALID. The number is taken while the row is locked: the later choice has the higher one. */
  async put(userId: number, { presence, lastSeen, readReceipts }: PrivacyDto): Promise<void> {
    await this.outbox.transaction(async (manager, announce) => {
      await holdCaller(manager, userId);
      const [row] = await manager.query<{ rev: string }[]>(
        `INSERT INTO privacy_settings AS s (user_id, presence, last_seen, read_receipts, rev)
         VALUES ($1, $2, $3, $4, nextval('people_rev'))
         ON CONFLICT (user_id) DO UPDATE SET presence = excluded.presence, last_seen = excluded.last_seen,
           read_receipts = excluded.read_receipts, rev = nextval('people_rev')
         RETURNING rev`,
        [userId, presence, lastSeen, readReceipts],
      );
      const rev = Number(row?.rev);
      await announce(privacyUpdated, String(userId), { userId, rev, presence, lastSeen, readReceipts });
    });
  }
}
