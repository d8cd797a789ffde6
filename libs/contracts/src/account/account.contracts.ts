import { integrationEvent } from '../core/contract';
import { UserDeletedDto } from './account.dto';

export const userDeletedEvent = integrationEvent('user.deleted', {
  version: 1,
  summary: 'An account was deleted. Whoever holds personal data of the user removes it.',
  payload: UserDeletedDto,
  example: { userId: 7, at: '2026-01-01T00:00:00.000Z' },
});
