import { clientEvent, listOf, one, route, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { UserPathDto } from '../users/user-list.dto';
import {
  PresenceDto,
  SeenUsersDto,
  SetPresenceDto,
  SubscribePresenceDto,
  VisiblePresenceDto,
} from './presence.dto';

const presenceExample: PresenceDto = { userId: 2, online: true, lastSeen: '2026-01-01T00:00:00.000Z' };

export const subscribePresence = clientEvent('presence:subscribe', {
  summary:
    'Watch people: how they are now, and `presence:changed` from now on, as far as their privacy allows.',
  payload: SubscribePresenceDto,
  ack: listOf(PresenceDto),
  example: { payload: { userIds: [2, 3] }, ack: [presenceExample] },
});

export const setPresence = clientEvent('presence:set', {
  summary:
    'How the caller is here, on all devices, until they say otherwise: online, away, dnd, or invisible, which looks like having gone.',
  payload: SetPresenceDto,
  ack: one(PresenceDto),
  example: { payload: { status: 'away' }, ack: { ...presenceExample, userId: 1, status: 'away' } },
});

export const presenceChanged = serverEvent('presence:changed', {
  volatile: true,
  summary: 'Somebody whom this socket watches came, or went and stayed away for a few seconds.',
  payload: PresenceDto,
  example: presenceExample,
});

export const getPresence = route('GET /users/:id/presence', {
  tag: 'users',
  summary: 'Whether a user is online, and when they were last, as far as their privacy allows.',
  access: 'user',
  params: UserPathDto,
  result: one(PresenceDto),
  errors: ['UNAVAILABLE'],
  example: { result: presenceExample },
});

/** Served by the chat service, for the user service. */
export const visiblePresence = route('POST /internal/presence', {
  tag: 'internal-chat',
  summary: 'What one user may see of the presence of others, for services of ours.',
  access: 'service',
  body: VisiblePresenceDto,
  result: listOf(PresenceDto),
  example: { body: { viewerId: 1, userIds: [2] }, result: [presenceExample] },
});

/** Served by the user service, for the chat service. */
export const recordSeen = route('POST /internal/users/seen', {
  tag: 'internal',
  summary: 'When users were last seen, many at once, from services of ours. An earlier time changes nothing.',
  access: 'service',
  body: SeenUsersDto,
  result: one(EmptyDto),
  example: { body: { seen: [{ userId: 2, at: '2026-01-01T00:00:00.000Z' }] }, result: {} },
});
