import { Injectable } from '@nestjs/common';
import type { ContactDto, ContactRequestDto, RequestDirection } from '@app/contracts';
import { Database } from '../database/database';
import { Outbox, type Transaction } from '../outbox/outbox';
import { holdActive } from '../users/hold-active';
import {
  deleteRequest,
  findCard,
  findOpen,
  insertRequest,
  showRequest,
  stateOf,
  toRequestDto,
  type ListedRow,
} from './contact-request.rows';
import { beginContact, CARD } from './contact.repository';
import type { After } from './page';
import { takeTurnOf, takeTurnOfPair } from './pair';

/** Why nothing came of a request. */
export type RequestRefusal = 'unknown' | 'blocked by the sender' | 'contacts' | 'too many';

export interface RequestLimits {
  maxPending: number;
  spend: (transaction: Transaction) => Promise<void>;
}

/** What both lists show: the one side of the request, and the other. `hidden` ones exist for their sender only. */
const SIDES = {
  outgoing: { own: 'r.sender_id', other: 'r.addressee_id', visible: 'true' },
  incoming: { own: 'r.addressee_id', other: 'r.sender_id', visible: 'NOT r.hidden' },
} as const;

@Injectable()
export class ContactRequestRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /**
   * The sender's request, new or as it was; or a contact, when the other one has asked already. Somebody who blocks the
   * sender never sees it, and the sender cannot tell. `spend` may refuse a new one.
   */
  create(
    senderId: number,
    addresseeId: number,
    { maxPending, spend }: RequestLimits,
  ): Promise<ContactRequestDto | RequestRefusal> {
    return this.outbox.transaction(async (manager, announce) => {
      await takeTurnOf(manager, senderId);
      await takeTurnOfPair(manager, senderId, addresseeId);
      if (!(await holdActive(manager, senderId, addresseeId))) return 'unknown';
      const sender = await findCard(manager, senderId);
      const other = await findCard(manager, addresseeId);
      if (!sender || !other) return 'unknown';
      const state = await stateOf(manager, senderId, addresseeId);
      if (state.contacts) return 'contacts';
      if (state.blocks_other) return 'blocked by the sender';
      const open = await findOpen(manager, senderId, addresseeId);
      if (open && open.sender_id !== senderId) {
        await deleteRequest(manager, open.id);
        await beginContact(manager, announce, {
          requestId: open.id,
          senderId: addresseeId,
          addressee: sender,
        });
        return toRequestDto({ ...other, ...open }, 'outgoing', 'accepted');
      }
      if (!open && state.pending >= maxPending) return 'too many';
      if (!open) await spend(manager);
      const hidden = state.blocked_by_other;
      const request = open ?? (await insertRequest(manager, senderId, addresseeId, hidden));
      if (!hidden && (!open || open.hidden))
        await showRequest(manager, announce, request.id, sender, addresseeId);
      return toRequestDto({ ...other, ...request }, 'outgoing', 'pending');
    });
  }

  /** Newest first; `before`: a request's id. Without those of people who are suspended. */
  async listOf(
    userId: number,
    direction: RequestDirection,
    limit: number,
    after: After | null,
  ): Promise<ContactRequestDto[]> {
    const { own, other, visible } = SIDES[direction];
    const rows = await this.database.run<ListedRow[]>((manager) =>
      manager.query(
        `SELECT ${CARD}, r.request_id AS id, r.created_at
         FROM contact_requests r JOIN users u ON u.user_id = ${other}
         WHERE ${own} = $1 AND ${visible} AND u.status = 'active' AND ($2::integer IS NULL OR r.request_id < $2)
         ORDER BY r.request_id DESC LIMIT $3`,
        [userId, after?.id ?? null, limit],
      ),
    );
    return rows.map((row) => toRequestDto(row, direction, 'pending'));
  }

  /** The new contact; null when there is no such request to this user. */
  accept(addresseeId: number, requestId: number): Promise<ContactDto | null> {
    return this.outbox.transaction(async (manager, announce) => {
      const [request] = await manager.query<{ sender_id: number }[]>(
        'SELECT sender_id FROM contact_requests WHERE request_id = $1 AND addressee_id = $2 AND NOT hidden',
        [requestId, addresseeId],
      );
      if (!request || !(await holdActive(manager, request.sender_id, addresseeId))) return null;
      const sender = await findCard(manager, request.sender_id);
      const addressee = await findCard(manager, addresseeId);
      if (!sender || !addressee) return null;
      await takeTurnOfPair(manager, sender.user_id, addresseeId);
      // Somebody may have been faster while we waited for the turn.
      if (!(await deleteRequest(manager, requestId))) return null;
      const since = await beginContact(manager, announce, { requestId, senderId: sender.user_id, addressee });
      return { ...sender, since: since.toISOString() };
    });
  }

  /** False when there is no such request to this user. */
  reject(addresseeId: number, requestId: number): Promise<boolean> {
    return this.database.run((manager) =>
      deleteRequest(manager, requestId, 'addressee_id = $2 AND NOT hidden', addresseeId),
    );
  }

  /** False when there is no such request of this user. */
  cancel(senderId: number, requestId: number): Promise<boolean> {
    return this.database.run((manager) => deleteRequest(manager, requestId, 'sender_id = $2', senderId));
  }
}
