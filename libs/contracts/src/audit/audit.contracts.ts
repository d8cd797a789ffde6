import { pageOf, route } from '../core/contract';
import { ListSecurityEventsDto, SecurityEventDto } from './audit.dto';

export const listSecurityEvents = route('GET /audit', {
  tag: 'audit',
  summary: 'What happened to the security of accounts, newest first.',
  access: 'user',
  roles: ['admin'],
  query: ListSecurityEventsDto,
  result: pageOf(SecurityEventDto),
  example: {
    result: [
      {
        id: '42',
        kind: 'account.suspended',
        user_id: 2,
        actor_id: 1,
        address: '203.0.113.7',
        user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0)',
        details: { reason: 'Sends advertisements.', sessions: 1 },
        at: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
});
