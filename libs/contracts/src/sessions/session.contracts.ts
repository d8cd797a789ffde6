import { clientEvent, integrationEvent, listOf, one, pageOf, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  EndedSessionsDto,
  JwksDto,
  ListRevokedDto,
  LogoutAllDto,
  RenewDto,
  RenewedDto,
  RevokedSessionsDto,
  SessionInfoDto,
  SessionPathDto,
} from './session.dto';

const id = '7f0c1a52-6f0e-4c53-9d0a-1f6f5b1e2d3c';

const revokedExample: RevokedSessionsDto = {
  userId: 1,
  sessionIds: [id],
  reason: 'logout',
  at: '2026-01-01T00:00:00.000Z',
  until: '2026-01-01T00:15:05.000Z',
};

export const listSessions = route('GET /auth/sessions', {
  tag: 'auth',
  summary: "The caller's live sessions, the most recently used first.",
  access: 'user',
  result: listOf(SessionInfoDto),
  example: {
    result: [
      {
        id,
        device: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0)',
        address: '203.0.113.7',
        created_at: '2026-01-01T00:00:00.000Z',
        last_used: '2026-01-02T00:00:00.000Z',
        expires_at: '2026-01-09T00:00:00.000Z',
        current: true,
      },
    ],
  },
});

export const endSession = route('DELETE /auth/sessions/:id', {
  tag: 'auth',
  summary: 'End one session of the caller: its tokens are dead and its sockets close.',
  access: 'user',
  params: SessionPathDto,
  result: one(EmptyDto),
  example: { result: {} },
});

export const logoutAll = route('POST /auth/logout-all', {
  tag: 'auth',
  summary: 'End all sessions of the caller, or all but the one that asks.',
  access: 'user',
  body: LogoutAllDto,
  result: one(EndedSessionsDto),
  example: { body: { keepCurrent: true }, result: { ended: 2 } },
});

export const getJwks = route('GET /auth/.well-known/jwks.json', {
  tag: 'auth',
  summary:
    'The public keys of access tokens (RFC 7517). Empty when they are signed with a shared secret (HS256).',
  access: 'public',
  bare: true,
  result: one(JwksDto),
  example: { result: { keys: [] } },
});

/** Not routed by the gateway: what a process asks when it starts, and when it may have missed an event. */
export const listRevokedSessions = route('POST /internal/sessions/revoked', {
  tag: 'internal',
  summary:
    'The sessions that have ended while tokens of theirs are valid by their dates, in the order of their end.',
  access: 'service',
  body: ListRevokedDto,
  result: pageOf(RevokedSessionsDto),
  example: { body: {}, result: [revokedExample] },
});

export const sessionRevoked = integrationEvent('auth.session.revoked', {
  version: 1,
  summary: 'Sessions have ended: their tokens count no longer, their sockets close.',
  payload: RevokedSessionsDto,
  example: revokedExample,
});

export const renewSession = clientEvent('auth:renew', {
  summary:
    'Keep the socket beyond the expiry of its token by a fresh token of the same user. Any other token closes it.',
  payload: RenewDto,
  ack: one(RenewedDto),
  example: {
    payload: { token: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln' },
    ack: { expiresAt: '2026-01-01T00:15:00.000Z' },
  },
});
