import { describe, expect, it } from 'vitest';
import { integrationEvents, namespaces, routes } from './registry';

/** The words that stand after the colon. A new one is a decision about the language of the API: add it here. */
const VERBS = [
  'accept',
  'add-member',
  'archive',
  'block',
  'create',
  'decline',
  'delete',
  'demote-moderator',
  'disappear',
  'edit',
  'forward',
  'get',
  'hide',
  'join',
  'join-by-code',
  'join-channel',
  'leave',
  'list',
  'list-scheduled',
  'mark-read',
  'mute',
  'nickname',
  'pin',
  'promote-moderator',
  'quit',
  'react',
  'read',
  'read-all',
  'remove-member',
  'renew',
  'reschedule',
  'revoke',
  'rotate-code',
  'schedule',
  'search',
  'send',
  'set',
  'subscribe',
  'sync',
  'transfer',
  'unblock',
  'unpin',
  'unreact',
  'unschedule',
  'update',
];
const PARTICIPLES = [
  'member-added',
  'member-removed',
  'moderator-updated',
  'accepted',
  'archived',
  'declined',
  'invited',
  'muted',
  'nicknamed',
  'pinned',
  'blocked',
  'changed',
  'created',
  'deleted',
  'pinned',
  'read',
  'scheduled',
  'unblocked',
  'unscheduled',
  'updated',
];

/** Names that break the rule, each for a reason; see ARCHITECTURE.md for the rule. */
const EXCEPTIONS: Record<string, string> = {
  'client conversation:channels': 'as conversation:members: the list of a list needs a noun',
  'client conversation:members': 'given by the reference; the list of a list needs a noun',
  'client conversation:status': 'the twin of the route; carries the state itself',
  'client message:delivered': 'given by the reference; says what has happened to it, as message:read does',
  'client message:status:get': 'given by the reference; a part of a message',
  'client message:status:update': 'given by the reference; a part of a message',
  'client message:unread-count': 'given by the reference; carries the state itself',
  'client message:edits': 'as conversation:members',
  'client message:pins': 'as conversation:members',
  'client message:thread': 'as conversation:members',
  'server message:reaction': 'one event for both ways: a reaction that came or went',
  'client notification:ping': 'given by the reference; what everybody calls it',
  'client ping': 'given by the reference; what everybody calls it',
  'client typing': 'given by the reference; a state that comes and goes, the same word both ways',
  'server typing': 'the echo of the client event of this name',
  'server error': 'a failure that no ack could carry; the name that every Socket.IO client expects',
  'server server:draining': 'announces what is going on, not what has happened',
  'server conversation:presence': 'carries the state itself',
  'server message:status': 'given by the reference; carries the state itself',
  'server unread:count': 'given by the reference; carries the state itself',
  'server notification:count': 'given by the reference; carries the state itself',
};

/** RFC 8615 sets the form of such paths. */
const WELL_KNOWN = '/auth/.well-known/jwks.json';

const socketEvents = namespaces.flatMap(({ name: namespace, client, server }) => [
  ...client.map(({ name }) => ({ namespace, direction: 'client', name })),
  ...server.map(({ name }) => ({ namespace, direction: 'server', name })),
]);

const ends = (name: string, words: string[]) =>
  words.some((word) => new RegExp(`^[a-z]+(-[a-z]+)*:${word}$`).test(name));

const duplicates = (names: string[]) => names.filter((name, index) => names.indexOf(name) !== index);

describe('names on the wire', () => {
  it.each(socketEvents)('$namespace $direction $name follows the naming table', ({ direction, name }) => {
    if (`${direction} ${name}` in EXCEPTIONS) return;
    const words = direction === 'client' ? VERBS : PARTICIPLES;
    expect(ends(name, words), `${name} must be noun:${words.join(' | ')}`).toBe(true);
  });

  it('needs every exception that is listed', () => {
    const used = new Set(socketEvents.map(({ direction, name }) => `${direction} ${name}`));
    expect(Object.keys(EXCEPTIONS).filter((name) => !used.has(name))).toEqual([]);
  });

  // To broadcast, broadcast, broadcast.
  it.each(integrationEvents.map(({ name }) => name))('%s is noun.past-participle', (name) => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*(\.[a-z]+)*\.([a-z]+ed|broadcast)$/);
  });

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route.path] as const))(
    '%s is a plain path',
    (_endpoint, path) => {
      if (path === WELL_KNOWN) return;
      expect(path).toMatch(/^(\/(:[a-zA-Z]+|[0-9]?[a-z]+(-[a-z]+)*))+$/);
    },
  );

  it('says each name once in each direction of a namespace, on the bus, and among the routes', () => {
    for (const { client, server } of namespaces) {
      expect(duplicates(client.map(({ name }) => name))).toEqual([]);
      expect(duplicates(server.map(({ name }) => name))).toEqual([]);
    }
    expect(duplicates(integrationEvents.map(({ name }) => name))).toEqual([]);
    expect(duplicates(routes.map(({ method, path }) => `${method} ${path}`))).toEqual([]);
  });
});
