import { listOf, one, route } from '../core/contract';
import { UserCardDto, UserDto, UserIdsDto } from './user.dto';

export const userExample: UserDto = {
  user_id: 1,
  username: 'alice',
  email: 'alice@example.com',
  full_name: 'Alice Liddell',
  avatar_url: null,
  phone: null,
  status: 'active',
  last_seen: null,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

const cardExample: UserCardDto = {
  user_id: 1,
  username: 'alice',
  full_name: 'Alice Liddell',
  avatar_url: null,
};

export const getMe = route('GET /users/me', {
  tag: 'users',
  summary: 'The signed-in user.',
  access: 'user',
  result: one(UserDto),
  example: { result: userExample },
});

export const batchUsers = route('POST /users/batch', {
  tag: 'users',
  summary: 'The active users among the given ids, in no particular order; unknown ids are left out.',
  access: 'user',
  body: UserIdsDto,
  result: listOf(UserCardDto),
  example: { body: { ids: [1, 2] }, result: [cardExample] },
});

/** Not routed by the gateway: other services ask it before they accept user ids from clients. */
export const knownUsers = route('POST /internal/users/known', {
  tag: 'internal',
  summary: 'The active users among the given ids, for services of ours.',
  access: 'service',
  body: UserIdsDto,
  result: listOf(UserCardDto),
  example: { body: { ids: [1, 2] }, result: [cardExample] },
});
