import {
  createRole,
  deleteMe,
  listRoles,
  login,
  logout,
  setUserRoles,
  suspendUser,
  type Caller,
  type SessionDto,
} from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { eventually, HttpClient, type Actor, type TestSystem } from '@app/testing';

export const FIRST_ADMIN = {
  ADMIN_EMAIL: 'first.admin@example.com',
  ADMIN_USERNAME: 'first.admin',
  ADMIN_PASSWORD: 'the passphrase of the first admin',
};

/** Somebody who knocks: what they are by the table, and what they bring. */
export interface Visitor {
  name: string;
  is: Caller;
  /** For a door of that service. Each time a new one, as far as they can still sign in: a route may end the session that it is called with. */
  token: (service: string) => Promise<string | undefined>;
  /** Name, value, name, value. */
  headers?: string[];
}

export interface Cast {
  visitors: Visitor[];
  admin: HttpClient;
  adminId: number;
  member: Actor;
}

/** One visitor for each role and each state, in a system that was started with FIRST_ADMIN. */
export async function castOf(system: TestSystem): Promise<Cast> {
  const signIn = (email: string, password: string): Promise<SessionDto> =>
    system.anonymous.call(login, { body: { email, password } });
  const adminSession = () => signIn(FIRST_ADMIN.ADMIN_EMAIL, FIRST_ADMIN.ADMIN_PASSWORD);
  // The first admin is appointed beside the start of the service.
  const { accessToken, user } = await eventually(adminSession, () => undefined);
  const admin = new HttpClient(system.gatewayUrl, () => accessToken);
  await eventually(
    () => admin.call(listRoles),
    () => undefined,
  );

  await admin.call(createRole, { body: { name: 'support' } });
  const withRole = async (name: string, role: string) => {
    const actor = await system.user(name);
    await admin.call(setUserRoles, { params: { id: actor.id }, body: { roles: [role] } });
    return actor;
  };
  const [moderator, custom] = [await withRole('moderator', 'moderator'), await withRole('custom', 'support')];
  const member = await system.user('member');

  const again =
    ({ account }: Actor) =>
    async () =>
      (await signIn(account.email, account.password)).accessToken;
  const claims = [
    'x-user-id',
    String(user.user_id),
    'x-roles',
    'admin',
    'x-role',
    'admin',
    'x-user-roles',
    'admin',
  ];
  const nothing = () => Promise.resolve(undefined);
  const service = AccessTokens.withSecret(system.secret);
  const visitors: Visitor[] = [
    { name: 'nobody', is: 'anonymous', token: nothing },
    { name: 'nobody who claims to be an admin', is: 'anonymous', token: nothing, headers: claims },
    ...(await goneOf(system, admin)),
    { name: 'a member', is: 'member', token: again(member) },
    { name: 'a member who claims to be an admin', is: 'member', token: again(member), headers: claims },
    { name: 'somebody with a role of another kind', is: 'member', token: again(custom) },
    { name: 'a moderator', is: 'moderator', token: again(moderator) },
    { name: 'an admin', is: 'admin', token: async () => (await adminSession()).accessToken },
    { name: 'a service', is: 'service', token: (target) => service.signService('somebody', target) },
  ];
  return { visitors, admin, adminId: user.user_id, member };
}

/** Those who were let in once: their tokens are good by their dates. */
async function goneOf(system: TestSystem, admin: HttpClient): Promise<Visitor[]> {
  const [suspended, left, deleted] = await system.users('suspended', 'left', 'deleted');
  await admin.call(suspendUser, { params: { id: suspended.id }, body: {} });
  await left.call(logout);
  await deleted.call(deleteMe, { body: { password: deleted.account.password } });
  const gone = {
    'somebody suspended': suspended,
    'somebody who has logged out': left,
    'somebody deleted': deleted,
  };
  return Object.entries(gone).map(([name, { account }]) => ({
    name,
    is: 'gone',
    token: () => Promise.resolve(account.accessToken),
  }));
}
