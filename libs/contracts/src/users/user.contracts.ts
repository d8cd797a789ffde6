import { listOf, one, pageOf, route } from '../core/contract';
import { AdminUserDto, ListUsersDto, UpdateUserDto, UserPathDto } from './user-list.dto';
import { UserCardDto, UserDto, UserIdsDto, UsernamesDto } from './user.dto';

export const userExample: UserDto = {
  user_id: 1,
  username: 'alice',
  email: 'alice@example.com',
  email_verified: true,
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

export const listUsers = route('GET /users', {
  tag: 'users',
  summary:
    'Find users. Admins find all, by everything, and see all fields; others find active users by name and see cards.',
  access: 'user',
  query: ListUsersDto,
  result: pageOf(UserCardDto, AdminUserDto),
  errors: ['FORBIDDEN'],
  example: { result: [cardExample, { ...userExample, roles: ['member'] }] },
});

export const updateMe = route('PATCH /users/me', {
  tag: 'users',
  summary: "Change the caller's profile.",
  access: 'user',
  body: UpdateUserDto,
  result: one(UserDto),
  errors: ['CONFLICT'],
  example: { body: { fullName: 'Alice Liddell', phone: null }, result: userExample },
});

export const getUser = route('GET /users/:id', {
  tag: 'users',
  summary: 'One user: for admins whoever it is and with all fields, for others the card of an active user.',
  access: 'user',
  params: UserPathDto,
  result: one(UserCardDto, AdminUserDto),
  example: { result: cardExample },
});

export const updateUser = route('PATCH /users/:id', {
  tag: 'users',
  summary: 'Change a profile.',
  access: 'user',
  roles: ['admin'],
  orSelf: 'id',
  params: UserPathDto,
  body: UpdateUserDto,
  result: one(UserDto),
  errors: ['CONFLICT'],
  example: { body: { fullName: 'Alice Liddell', phone: null }, result: userExample },
});

export const batchUsers = route('POST /users/batch', {
  tag: 'users',
  summary:
    'The active users among the given ids, in no particular order; a deleted one as a tombstone, unknown ids are left out.',
  access: 'user',
  body: UserIdsDto,
  result: listOf(UserCardDto),
  example: {
    body: { ids: [1, 2] },
    result: [
      cardExample,
      { user_id: 2, username: 'deleted-2', full_name: null, avatar_url: null, deleted: true },
    ],
  },
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

/** Not routed by the gateway: the chat service asks it whom a text names. */
export const usersByName = route('POST /internal/users/by-name', {
  tag: 'internal',
  summary: 'The active users with these usernames, in whatever case, for services of ours.',
  access: 'service',
  body: UsernamesDto,
  result: listOf(UserCardDto),
  example: { body: { usernames: ['alice', 'nobody'] }, result: [cardExample] },
});
