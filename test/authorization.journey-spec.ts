import {
  getConversationStatus,
  getMe,
  getUnreadCount,
  getUser,
  listRoles,
  pathOf,
  routes,
  verdictOf,
  type Caller,
} from '@app/contracts';
import { eventually, useSystem } from '@app/testing';
import { getMetadataStorage } from 'class-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { knock } from './support/knock';
import { castOf, FIRST_ADMIN, type Cast, type Visitor } from './support/visitors';

type AnyRoute = (typeof routes)[number];

/** An id that fits most paths and that nobody has. */
const NOBODY = '2000000000';
const UNKNOWN = 'unknown-field';
/** What nobody may set by sending it along. */
const TEMPTING = ['role', 'roles', 'status', 'user_id', 'created_at', 'password_hash'];

const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);
const withBody = named.filter(([, { body }]) => body);

/** Acts on the caller, whatever it is sent: logging out, say. */
const actsOnCaller = ({ method, body, params }: AnyRoute) => method !== 'GET' && !body && !params;

const bearer = (token: string | undefined) =>
  token === undefined ? [] : ['authorization', `Bearer ${token}`];

/** What an answer's status says of the door. Anything but a refusal at the door counts as let in, except a fault of ours. */
const verdictIn = (status: number) => (status === 401 || status === 403 || status >= 500 ? status : 'in');

const knownFields = ({ body }: AnyRoute): string[] =>
  body
    ? getMetadataStorage()
        .getTargetValidationMetadatas(body, '', false, false)
        .map(({ propertyName }) => propertyName)
    : [];

describe('authorization', () => {
  const system = useSystem({ env: FIRST_ADMIN });
  let cast: Cast;
  /** Tokens of visitors, for all routes that leave them alone. */
  const tokens = new Map<string, string | undefined>();
  /** The services and their own ports. */
  const doors = new Map<string, string>();

  beforeAll(async () => {
    cast = await castOf(system);
    for (const name of ['user', 'chat', 'notification'] as const)
      doors.set(`${name}-service`, system.urls(name)[0]!);
    for (const { name, token } of cast.visitors) tokens.set(name, await token('user-service'));
    // The end of a session reaches the other services over the bus.
    for (const { name } of cast.visitors.filter(({ is }) => is === 'gone')) {
      const calls = [
        system.gatewayUrl + getUnreadCount.path,
        doors.get('notification-service')! + getUnreadCount.path,
        doors.get('chat-service')! + pathOf(getConversationStatus, { params: { id: NOBODY } }),
      ];
      for (const url of calls) {
        await eventually(
          () => knock(url, { method: 'GET', headers: bearer(tokens.get(name)) }),
          ({ status }) => expect(status, name).toBe(401),
        );
      }
    }
  });

  /** With input that no contract accepts and ids that nobody has, so that nothing comes of being let in. */
  const send = (
    door: string,
    route: AnyRoute,
    token: string | undefined,
    headers: string[] = [],
    id = NOBODY,
  ) => {
    const path = route.path.replace(/:(\w+)/g, (_all, name) => (name === route.orSelf ? id : NOBODY));
    const body = route.body && { [UNKNOWN]: 1 };
    const query = route.query ? `?${UNKNOWN}=1` : '';
    return knock(door + path + query, {
      method: route.method,
      headers: [...bearer(token), ...headers],
      body,
    });
  };
  const visit = async (service: string, door: string, route: AnyRoute, visitor: Visitor) => {
    const own = actsOnCaller(route) || visitor.is === 'service';
    const token = own ? await visitor.token(service) : tokens.get(visitor.name);
    return send(door, route, token, visitor.headers);
  };

  /** The services that know a route. What it says of a thing that is not there does not read like this. */
  const ownersOf = async (route: AnyRoute): Promise<[service: string, door: string][]> => {
    const entries = [...doors];
    const answers = await Promise.all(entries.map(([, door]) => send(door, route, undefined)));
    const unknown = `Cannot ${route.method} `;
    return entries.filter((_entry, at) => !answers[at]?.body.includes(unknown));
  };

  it.each(named)('%s lets in whom the table says, through the gateway and directly', async (_name, route) => {
    const owners = await ownersOf(route);
    expect(owners).toHaveLength(route.tag === 'infra' ? doors.size : 1);
    const internal = route.access === 'service';
    for (const visitor of cast.visitors) {
      const expected = verdictOf(route, visitor.is);
      const throughGateway = await visit('user-service', system.gatewayUrl, route, visitor);
      if (internal) expect(throughGateway.status, visitor.name).toBe(404);
      else expect(verdictIn(throughGateway.status), `${visitor.name}: ${throughGateway.body}`).toBe(expected);
      for (const [service, door] of owners) {
        const direct = await visit(service, door, route, visitor);
        expect(verdictIn(direct.status), `${visitor.name}, directly: ${direct.body}`).toBe(expected);
      }
    }
  });

  it.each(named.filter(([, { orSelf }]) => orSelf !== undefined))(
    '%s lets in whom it names, and nobody else of their kind',
    async (_name, route) => {
      const asMember = async (id: number) => {
        const { status } = await send(system.gatewayUrl, route, tokens.get('a member'), [], String(id));
        return verdictIn(status);
      };
      const self: Caller = 'self';
      expect(await asMember(cast.member.id)).toBe(verdictOf(route, self));
      expect(await asMember(cast.adminId)).toBe(verdictOf(route, 'member'));
    },
  );

  it.each(withBody)('%s takes no field that it does not know', async (_name, route) => {
    if (route.access === 'service') return;
    const known = knownFields(route);
    const path = route.path.replace(/:\w+/g, String(cast.member.id));
    const before = await cast.admin.call(getUser, { params: { id: cast.member.id } });
    for (const field of TEMPTING.filter((name) => !known.includes(name))) {
      const body = { ...(route.example.body as object | undefined), [field]: 'admin' };
      const answer = await cast.admin.request(path, { method: route.method, body });
      expect(answer, field).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
      const details = answer.body.ok ? [] : answer.body.error.details;
      expect(details, field).toContainEqual({ field, message: 'is not a known field' });
    }
    expect(await cast.admin.call(getUser, { params: { id: cast.member.id } })).toEqual(before);
  });

  it.each(named.filter(([, { access }]) => access === 'service'))(
    '%s answers a service that asks as the specification shows',
    async (_name, route) => {
      const [[service, door] = ['', '']] = await ownersOf(route);
      const token = await cast.visitors.find(({ is }) => is === 'service')!.token(service);
      // The accounts that the examples name are there: they are the first ones.
      const { body } = route.example;
      const answer = await knock(door + route.path, { method: route.method, headers: bearer(token), body });
      expect(answer.status, answer.body).toBeLessThan(300);
      expect(JSON.parse(answer.body)).toMatchObject({ ok: true });
    },
  );

  describe('the Authorization header', () => {
    it('counts once: of two, in either order, none does', async () => {
      const [member, admin] = [tokens.get('a member'), tokens.get('an admin')];
      for (const door of [system.gatewayUrl, doors.get('user-service')!]) {
        for (const pair of [
          [...bearer(member), ...bearer(admin)],
          [...bearer(admin), ...bearer(member)],
          [...bearer(admin), 'Authorization', 'Bearer x'],
        ]) {
          const answer = await knock(door + listRoles.path, { method: 'GET', headers: pair });
          expect(answer.status, door).toBe(401);
        }
      }
    });

    it('cannot be taken away by a Connection header', async () => {
      const headers = [...bearer(tokens.get('a member')), 'connection', 'authorization'];
      for (const door of [system.gatewayUrl, doors.get('user-service')!]) {
        const answer = await knock(door + getMe.path, { method: 'GET', headers });
        expect(JSON.parse(answer.body)).toMatchObject({ ok: true, data: { user_id: cast.member.id } });
      }
    });
  });
});
