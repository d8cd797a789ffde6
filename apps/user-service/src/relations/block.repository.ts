import { Injectable } from '@nestjs/common';
import { userBlockedEvent, userUnblockedEvent, type BlockedUserDto, type UserCardDto } from '@app/contracts';
import { Database } from '../database/database';
import { Outbox } from '../outbox/outbox';
import { holdActive } from '../users/hold-active';
import { findCard, removeOpenRequest } from './contact-request.rows';
import { CARD, endContact } from './contact.repository';
import type { After } from './page';
import { nextRev, takeTurnOfPair } from './pair';

type BlockRow = UserCardDto & { blocked_at: Date };

@Injectable()
export class BlockRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** The block, new or as it was, and with it no contact and no request between the two; null for somebody unknown. */
  create(userId: number, blockedId: number): Promise<BlockedUserDto | null> {
    return this.outbox.transaction(async (manager, announce) => {
      await takeTurnOfPair(manager, userId, blockedId);
      const card = (await holdActive(manager, userId, blockedId)) && (await findCard(manager, blockedId));
      if (!card) return null;
      await manager.query(`INSERT INTO blocks (user_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
        userId,
        blockedId,
      ]);
      await endContact(manager, announce, userId, blockedId);
      await removeOpenRequest(manager, userId, blockedId);
      // Also of a block that is there: if the event was lost, saying it again puts it in force.
      const rev = await nextRev(manager);
      await announce(userBlockedEvent, String(userId), { userId, blockedId, rev });
      const [row] = await manager.query<{ created_at: Date }[]>(
        'SELECT created_at FROM blocks WHERE user_id = $1 AND blocked_id = $2',
        [userId, blockedId],
      );
      return row ? { ...card, blocked_at: row.created_at.toISOString() } : null;
    });
  }

  async remove(userId: number, blockedId: number): Promise<void> {
    await this.outbox.transaction(async (manager, announce) => {
      await takeTurnOfPair(manager, userId, blockedId);
      const [, removed] = await manager.query<[unknown, number]>(
        'DELETE FROM blocks WHERE user_id = $1 AND blocked_id = $2',
        [userId, blockedId],
      );
      if (removed === 0) return;
      const rev = await nextRev(manager);
      await announce(userUnblockedEvent, String(userId), { userId, blockedId, rev });
    });
  }

  /** The latest first; also those who are suspended, so that they can be unblocked. */
  async listOf(userId: number, limit: number, after: After | null): Promise<BlockedUserDto[]> {
    const rows = await this.database.run<BlockRow[]>((manager) =>
      manager.query(
        `SELECT ${CARD}, b.created_at AS blocked_at FROM blocks b JOIN users u ON u.user_id = b.blocked_id
         WHERE b.user_id = $1 AND ($2::timestamptz IS NULL OR (b.created_at, b.blocked_id) < ($2, $3::integer))
         ORDER BY b.created_at DESC, b.blocked_id DESC LIMIT $4`,
        [userId, after?.at ?? null, after?.id ?? null, limit],
      ),
    );
    return rows.map(({ blocked_at, ...card }) => ({ ...card, blocked_at: blocked_at.toISOString() }));
  }
}
