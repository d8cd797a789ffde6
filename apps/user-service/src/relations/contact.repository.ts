import { Injectable } from '@nestjs/common';
import { contactAccepted, contactRemoved, type ContactDto, type UserCardDto } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';
import { Outbox, type Announce } from '../outbox/outbox';
import type { After } from './page';
import { nextRev, takeTurnOfPair } from './pair';

/** The columns of a user that others may see, of `users u`. */
export const CARD = 'u.user_id, u.username, u.full_name, u.avatar_url';

type ContactRow = UserCardDto & { since: Date };

@Injectable()
export class ContactRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** The newest first; without those who are suspended. */
  async listOf(userId: number, limit: number, after: After | null): Promise<ContactDto[]> {
    const rows = await this.database.run<ContactRow[]>((manager) =>
      manager.query(
        `SELECT ${CARD}, c.since FROM contacts c JOIN users u ON u.user_id = c.contact_id
         WHERE c.user_id = $1 AND u.status = 'active'
           AND ($2::timestamptz IS NULL OR (c.since, c.contact_id) < ($2, $3::integer))
         ORDER BY c.since DESC, c.contact_id DESC LIMIT $4`,
        [userId, after?.at ?? null, after?.id ?? null, limit],
      ),
    );
    return rows.map(({ since, ...card }) => ({ ...card, since: since.toISOString() }));
  }

  /** False when they were no contacts. */
  remove(userId: number, contactId: number): Promise<boolean> {
    return this.outbox.transaction(async (manager, announce) => {
      await takeTurnOfPair(manager, userId, contactId);
      return endContact(manager, announce, userId, contactId);
    });
  }
}

export interface NewContact {
  requestId: number;
  senderId: number;
  addressee: UserCardDto;
}

/** In the turn of the pair. Answers since when. */
export async function beginContact(
  manager: EntityManager,
  announce: Announce,
  { requestId, senderId, addressee }: NewContact,
): Promise<Date> {
  const { user_id: addresseeId, username: addresseeName } = addressee;
  const [row] = await manager.query<{ since: Date }[]>(
    `INSERT INTO contacts (user_id, contact_id) VALUES ($1, $2), ($2, $1)
     ON CONFLICT (user_id, contact_id) DO UPDATE SET since = contacts.since RETURNING since`,
    [senderId, addresseeId],
  );
  const rev = await nextRev(manager);
  await announce(contactAccepted, String(senderId), { requestId, senderId, addresseeId, addresseeName, rev });
  return row?.since ?? new Date();
}

/** In the turn of the pair. False when they were no contacts. */
export async function endContact(
  manager: EntityManager,
  announce: Announce,
  userId: number,
  contactId: number,
): Promise<boolean> {
  const [, removed] = await manager.query<[unknown, number]>(
    `DELETE FROM contacts WHERE (user_id = $1 AND contact_id = $2) OR (user_id = $2 AND contact_id = $1)`,
    [userId, contactId],
  );
  if (removed === 0) return false;
  const rev = await nextRev(manager);
  await announce(contactRemoved, String(userId), { userId, contactId, rev });
  return true;
}
