import { describe, expect, it } from 'vitest';
import { matchRoute } from './routes';

describe('matchRoute', () => {
  it.each([
    ['/auth', '/auth', '/auth'],
    ['/auth/login', '/auth', '/auth/login'],
    ['/api/auth/login', '/auth', '/auth/login'],
    ['/api/v1/users/me', '/users', '/users/me'],
    ['/socket.io/', '/socket.io', '/socket.io/'],
    ['/api/v1/conversations/1/members', '/conversations', '/conversations/1/members'],
    ['/api/channels', '/channels', '/channels'],
    ['/messages/search', '/messages', '/messages/search'],
    ['/notifications', '/notifications', '/notifications'],
    ['/notifications/unread/count', '/notifications', '/notifications/unread/count'],
    ['/notifications/socket.io/', '/notifications/socket.io', '/notifications/socket.io/'],
    ['/api/v1/upload/single', '/upload', '/upload/single'],
    ['/files/1', '/files', '/files/1'],
    ['/file-links/1', '/file-links', '/file-links/1'],
    ['/avatars/1', '/avatars', '/avatars/1'],
    ['/unsubscribe/1.a', '/unsubscribe', '/unsubscribe/1.a'],
    ['/ws', '/ws', '/ws'],
    ['/ws-docs', '/ws-docs', '/ws-docs'],
  ])('%s belongs to %s', (path, prefix, inner) => {
    const match = matchRoute(path);
    expect(match?.route.prefix).toBe(prefix);
    expect(match?.path).toBe(inner);
  });

  it.each([
    '/',
    '/api',
    '/api/v1',
    '/authentic',
    '/AUTH/login',
    '/api/v2/auth',
    '/internal/users',
    '/api/v1/internal',
    '/api/socket.io/',
    '/api/ws',
    '/wss',
    '/health',
  ])('%s belongs to nobody', (path) => expect(matchRoute(path)).toBeUndefined());
});
