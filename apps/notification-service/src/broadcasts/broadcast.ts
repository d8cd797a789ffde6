import type { BroadcastDto } from '@app/contracts';
import type { Notification } from '../notifications/notification';

/** What admins have to say to everybody, or to some: one document, however many they are. */
export interface Broadcast {
  _id: string;
  title: string;
  content: string;
  /** Null: everybody. */
  user_ids: number[] | null;
  created_by: number;
  created_at: Date;
  expires_at: Date;
}

/** What a user has done with broadcasts. Of those who have done nothing there is none. */
export interface BroadcastState {
  _id: number;
  /** All up to then were read at once. */
  read_until?: Date;
  read?: string[];
  deleted?: string[];
}

export const BROADCAST_PREFIX = 'broadcast:';

export const isBroadcastId = (notificationId: string): boolean => notificationId.startsWith(BROADCAST_PREFIX);

export const isFor = ({ user_ids, expires_at }: Broadcast, userId: number, at: Date): boolean =>
  expires_at > at && (user_ids === null || user_ids.includes(userId));

export const isRead = ({ _id, created_at }: Broadcast, state: BroadcastState | undefined): boolean =>
  state !== undefined &&
  ((state.read_until !== undefined && created_at <= state.read_until) || state.read?.includes(_id) === true);

/** As it stands in the list of one of those who hear it. */
export const asNotification = (broadcast: Broadcast, userId: number, is_read: boolean): Notification => ({
  _id: `${BROADCAST_PREFIX}${broadcast._id}`,
  user_id: userId,
  event_id: broadcast._id,
  type: 'system',
  actor_id: null,
  title: broadcast.title,
  content: broadcast.content,
  related_id: null,
  message_id: null,
  is_read,
  created_at: broadcast.created_at,
  updated_at: broadcast.created_at,
});

export const toBroadcastDto = (broadcast: Omit<Broadcast, 'created_by'>): BroadcastDto => ({
  id: broadcast._id,
  title: broadcast.title,
  content: broadcast.content,
  audience: broadcast.user_ids === null ? 'all' : 'selection',
  createdAt: broadcast.created_at.toISOString(),
  expiresAt: broadcast.expires_at.toISOString(),
});
