import {
  contactRequested,
  type ContactRequestDto,
  type RequestDirection,
  type UserCardDto,
} from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { Announce } from '../outbox/outbox';
import { CARD } from './contact.repository';

export interface RequestRow {
  id: number;
  sender_id: number;
  hidden: boolean;
  created_at: Date;
}

/** A request and the one on its other side. */
export type ListedRow = UserCardDto & Pick<RequestRow, 'id' | 'created_at'>;

/** In the turn of the pair. */
export const removeOpenRequest = (manager: EntityManager, a: number, b: number): Promise<unknown> =>
  manager.query(
    `DELETE FROM contact_requests
     WHERE least(sender_id, addressee_id) = least($1::integer, $2::integer)
       AND greatest(sender_id, addressee_id) = greatest($1::integer, $2::integer)`,
    [a, b],
  );

/** The card of an active user. */
export async function findCard(manager: EntityManager, userId: number): Promise<UserCardDto | undefined> {
  const [card] = await manager.query<UserCardDto[]>(
    `SELECT ${CARD} FROM users u WHERE u.user_id = $1 AND u.status = 'active'`,
    [userId],
  );
  return card;
}

interface State {
  contacts: boolean;
  blocks_other: boolean;
  blocked_by_other: boolean;
  /** Open requests of the user, to whomever. */
  pending: number;
}

/** How the user stands to the other one. */
export async function stateOf(manager: EntityManager, userId: number, otherId: number): Promise<State> {
  const [state] = await manager.query<State[]>(
    `SELECT EXISTS (SELECT FROM contacts WHERE user_id = $1 AND contact_id = $2) AS contacts,
       EXISTS (SELECT FROM blocks WHERE user_id = $1 AND blocked_id = $2) AS blocks_other,
       EXISTS (SELECT FROM blocks WHERE user_id = $2 AND blocked_id = $1) AS blocked_by_other,
       (SELECT count(*)::integer FROM contact_requests WHERE sender_id = $1) AS pending`,
    [userId, otherId],
  );
  if (!state) throw new Error('a SELECT without FROM has one row');
  return state;
}

/** The open request between the two, whoever asked. */
export async function findOpen(
  manager: EntityManager,
  a: number,
  b: number,
): Promise<RequestRow | undefined> {
  const [row] = await manager.query<RequestRow[]>(
    `SELECT request_id AS id, sender_id, hidden, created_at FROM contact_requests
     WHERE least(sender_id, addressee_id) = least($1::integer, $2::integer)
       AND greatest(sender_id, addressee_id) = greatest($1::integer, $2::integer)`,
    [a, b],
  );
  return row;
}

export async function insertRequest(
  manager: EntityManager,
  senderId: number,
  addresseeId: number,
  hidden: boolean,
): Promise<RequestRow> {
  const [row] = await manager.query<RequestRow[]>(
    `INSERT INTO contact_requests (sender_id, addressee_id, hidden) VALUES ($1, $2, $3)
     RETURNING request_id AS id, sender_id, hidden, created_at`,
    [senderId, addresseeId, hidden],
  );
  if (!row) throw new Error('an INSERT that returns has a row');
  return row;
}

/** The addressee sees the request from now on, and is told of it. */
export async function showRequest(
  manager: EntityManager,
  announce: Announce,
  requestId: number,
  { user_id: senderId, username: senderName }: UserCardDto,
  addresseeId: number,
): Promise<void> {
  await manager.query('UPDATE contact_requests SET hidden = false WHERE request_id = $1', [requestId]);
  await announce(contactRequested, String(addresseeId), { requestId, senderId, senderName, addresseeId });
}

/** False when there was no such request. */
export async function deleteRequest(
  manager: EntityManager,
  requestId: number,
  condition = 'true',
  ...values: number[]
): Promise<boolean> {
  const [, removed] = await manager.query<[unknown, number]>(
    `DELETE FROM contact_requests WHERE request_id = $1 AND ${condition}`,
    [requestId, ...values],
  );
  return removed === 1;
}

export const toRequestDto = (
  { id, created_at, user_id, username, full_name, avatar_url }: ListedRow,
  direction: RequestDirection,
  status: ContactRequestDto['status'],
): ContactRequestDto => ({
  id,
  direction,
  status,
  user: { user_id, username, full_name, avatar_url },
  created_at: created_at.toISOString(),
});
