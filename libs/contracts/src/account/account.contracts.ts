import { integrationEvent, one, pageOf, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { UserPathDto } from '../users/user-list.dto';
import { DeleteMeDto, ListDeletedDto, UserDeletedDto } from './account.dto';

export const deleteMe = route('DELETE /users/me', {
  tag: 'users',
  summary:
    'Delete the account for good: personal data go, sessions end, messages stay without a name. A wrong password is BAD_REQUEST.',
  access: 'user',
  body: DeleteMeDto,
  result: one(EmptyDto),
  errors: ['SECOND_FACTOR_REQUIRED', 'CONFLICT'],
  example: { body: { password: 'correct horse battery' }, result: {} },
});

export const deleteUser = route('DELETE /users/:id', {
  tag: 'users',
  summary: 'The same for any account. CONFLICT for the last admin.',
  access: 'user',
  roles: ['admin'],
  params: UserPathDto,
  result: one(EmptyDto),
  errors: ['CONFLICT'],
  example: { result: {} },
});

const deletedExample: UserDeletedDto = { userId: 7, at: '2026-01-01T00:00:00.000Z' };

/** Not routed by the gateway: what a service asks that may have missed an event. */
export const listDeletedUsers = route('POST /internal/users/deleted', {
  tag: 'internal',
  summary: 'The users whose accounts were deleted, in the order of their deletion.',
  access: 'service',
  body: ListDeletedDto,
  result: pageOf(UserDeletedDto),
  example: { body: { since: '2026-01-01T00:00:00.000Z' }, result: [deletedExample] },
});

export const userDeletedEvent = integrationEvent('user.deleted', {
  version: 1,
  summary: 'An account was deleted. Whoever holds personal data of the user removes it.',
  payload: UserDeletedDto,
  example: deletedExample,
});
