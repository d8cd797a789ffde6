import {
  activateUser,
  getMe,
  getUserRoles,
  listUsers,
  login,
  refresh,
  register,
  removeUserRole,
  setUserRoles,
  suspendUser,
} from '@app/contracts';
import { refusalOf, type HttpClient } from '@app/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, registered, signedIn, someone, type Person } from './support/people';
import { signedInAs } from './support/roles';
import { useUserService } from './support/user-service';

const service = useUserService();
let person: Person;
let admin: HttpClient;

beforeEach(async () => {
  // Each test has its own admins: what one test leaves must not make another one's admin the last or not the last.
  await service().sql(
    `DELETE FROM user_role USING roles WHERE user_role.role_id = roles.role_id AND name = 'admin'`,
  );
  person = await signedInAs(service(), 'admin');
  admin = service().as(person.accessToken);
});

const traces = (userId: number) =>
  service().sql(
    `SELECT kind, actor_id, details FROM security_events WHERE user_id = $1 AND actor_id IS NOT NULL ORDER BY event_id`,
    [userId],
  );
const adminNames = async () =>
  (
    await service().sql(
      `SELECT username FROM roles JOIN user_role USING (role_id) JOIN users USING (user_id)
     WHERE name = 'admin' AND status = 'active'`,
    )
  ).map(({ username }) => username);

describe('suspension', () => {
  it('ends all sessions at once, shuts out, and is undone by activation', async () => {
    const victim = await signedIn(service());
    const params = { id: victim.user.user_id };
    const suspended = await admin.call(suspendUser, { params, body: { reason: 'Advertises.' } });
    expect(suspended).toEqual({
      ...victim.user,
      status: 'suspended',
      roles: ['member'],
      updated_at: expect.any(String),
    });
    expect((await refusalOf(service().as(victim.accessToken).call(getMe))).code).toBe('AUTH_INVALID');
    const trade = service()
      .as()
      .call(refresh, { body: { refreshToken: victim.refreshToken } });
    expect((await refusalOf(trade)).code).toBe('AUTH_INVALID');
    const signIn = (password: string) =>
      service()
        .as()
        .call(login, { body: { email: victim.email, password } });
    const [right, wrong] = [await refusalOf(signIn(PASSWORD)), await refusalOf(signIn('not the password'))];
    expect([right.code, right.message]).toEqual([wrong.code, wrong.message]);

    expect(await service().sql(`SELECT revoked_reason FROM tokens WHERE user_id = $1`, [params.id])).toEqual([
      { revoked_reason: 'suspended' },
    ]);
    expect(
      await service().sql(`SELECT type, key, data->>'reason' AS reason FROM outbox WHERE key = $1`, [
        String(params.id),
      ]),
    ).toEqual([{ type: 'auth.session.revoked', key: String(params.id), reason: 'suspended' }]);

    expect(await admin.call(activateUser, { params })).toMatchObject({ status: 'active' });
    await signIn(PASSWORD);
    expect((await refusalOf(service().as(victim.accessToken).call(getMe))).code).toBe('AUTH_INVALID');
    const actor_id = person.user.user_id;
    expect(await traces(params.id)).toEqual([
      { kind: 'account.suspended', actor_id, details: { reason: 'Advertises.' } },
      { kind: 'account.activated', actor_id, details: {} },
    ]);
  });

  it('twice is once', async () => {
    const victim = await registered(service());
    const params = { id: victim.user_id };
    for (let i = 0; i < 2; i++) await admin.call(suspendUser, { params, body: {} });
    expect(await traces(victim.user_id)).toHaveLength(1);
    for (let i = 0; i < 2; i++) await admin.call(activateUser, { params });
    expect(await traces(victim.user_id)).toHaveLength(2);
  });

  it('leaves no session of a sign-in at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const form = someone();
      const { email, password } = form;
      const { user_id: id } = await service().as().call(register, { body: form });
      const signIns = Array.from({ length: 3 }, () =>
        service().as().call(login, { body: { email, password } }),
      );
      const [suspension] = await Promise.allSettled([
        admin.call(suspendUser, { params: { id }, body: {} }),
        ...signIns,
      ]);
      expect(suspension.status).toBe('fulfilled');
      expect(
        await service().sql(`SELECT 1 FROM tokens WHERE user_id = $1 AND revoked_at IS NULL`, [id]),
      ).toEqual([]);
    }
  });

  it('is not for oneself, not for nobody, and not for the reason of anything', async () => {
    const own = { params: { id: person.user.user_id }, body: {} };
    expect((await refusalOf(admin.call(suspendUser, own))).code).toBe('CONFLICT');
    const nobody = { params: { id: 2_000_000_000 } };
    expect((await refusalOf(admin.call(suspendUser, { ...nobody, body: {} }))).code).toBe('NOTFOUND');
    expect((await refusalOf(admin.call(activateUser, nobody))).code).toBe('NOTFOUND');
    const { user_id: id } = await registered(service());
    for (const [field, body] of [
      ['reason', { reason: 'x'.repeat(201) }],
      ['reason', { reason: { $ne: 1 } }],
      ['status', { status: 'active' }],
    ] as const) {
      const answer = await admin.request(`/users/${id}/suspend`, { method: 'POST', body });
      expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field }] } } });
    }
  });
});

describe('the last admin', () => {
  const rival = async () => {
    const other = await signedInAs(service(), 'admin');
    return { id: other.user.user_id, name: other.username, caller: service().as(other.accessToken) };
  };

  it('of two who lock each other out at the same moment is left', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await rival(), await rival()];
      await service().sql(
        `DELETE FROM user_role USING roles WHERE user_role.role_id = roles.role_id AND name = 'admin' AND user_id <> ALL($1)`,
        [[one.id, two.id]],
      );
      const outcomes = await Promise.allSettled(
        round % 2 === 0
          ? [
              one.caller.call(suspendUser, { params: { id: two.id }, body: {} }),
              two.caller.call(suspendUser, { params: { id: one.id }, body: {} }),
            ]
          : [
              one.caller.call(removeUserRole, { params: { id: two.id, name: 'admin' } }),
              two.caller.call(setUserRoles, { params: { id: one.id }, body: { roles: [] } }),
            ],
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await adminNames()).toHaveLength(1);
    }
  });

  it('does not count those who are suspended', async () => {
    const other = await rival();
    await admin.call(suspendUser, { params: { id: other.id }, body: {} });
    expect(await adminNames()).toEqual([person.username]);
    const third = await rival();
    await admin.call(setUserRoles, { params: { id: third.id }, body: { roles: [] } });
    expect(await adminNames()).toEqual([person.username]);
  });

  it('cannot step down, neither can anybody else by accident', async () => {
    const params = { id: person.user.user_id };
    const attempts = [
      () => admin.call(setUserRoles, { params, body: { roles: ['moderator'] } }),
      () => admin.call(removeUserRole, { params: { ...params, name: 'admin' } }),
    ];
    for (const attempt of attempts) expect((await refusalOf(attempt())).code).toBe('CONFLICT');
    await rival();
    for (const attempt of attempts) expect((await refusalOf(attempt())).code).toBe('CONFLICT');
    expect(await admin.call(getUserRoles, { params })).toEqual({ roles: ['admin', 'member'] });
  });
});

describe('roles of a user', () => {
  it('are replaced as a whole, `member` stays, and each change leaves a trace', async () => {
    const { user_id: id } = await registered(service());
    const params = { id };
    await admin.call(setUserRoles, { params, body: { roles: ['moderator', 'moderator'] } });
    expect(await admin.call(getUserRoles, { params })).toEqual({ roles: ['member', 'moderator'] });
    const removed = await admin.call(removeUserRole, { params: { id, name: 'moderator' } });
    expect(removed).toEqual({ roles: ['member'] });
    await admin.call(setUserRoles, { params, body: { roles: [] } });
    const actor_id = person.user.user_id;
    expect(await traces(id)).toEqual([
      { kind: 'roles.changed', actor_id, details: { added: 'moderator', removed: '' } },
      { kind: 'roles.changed', actor_id, details: { added: '', removed: 'moderator' } },
    ]);
  });

  it('hold from the next request on; who loses a built-in one is signed out', async () => {
    const member = await signedIn(service());
    const caller = service().as(member.accessToken);
    const byStatus = () => caller.call(listUsers, { query: { status: 'active', limit: 1 } });
    expect((await refusalOf(byStatus())).code).toBe('FORBIDDEN');
    const params = { id: member.user.user_id };
    await admin.call(setUserRoles, { params, body: { roles: ['admin'] } });
    expect(await byStatus()).toHaveLength(1);
    await admin.call(setUserRoles, { params, body: { roles: [] } });
    expect((await refusalOf(byStatus())).code).toBe('AUTH_INVALID');
  });

  it('are roles that exist; else nothing is changed', async () => {
    const { user_id: id } = await registered(service());
    const refusal = await refusalOf(
      admin.call(setUserRoles, { params: { id }, body: { roles: ['moderator', 'no-such-role'] } }),
    );
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['roles'] });
    expect(await admin.call(getUserRoles, { params: { id } })).toEqual({ roles: ['member'] });
    const gone = (name: string) => refusalOf(admin.call(removeUserRole, { params: { id, name } }));
    expect((await gone('moderator')).code).toBe('NOTFOUND');
    expect((await gone('member')).code).toBe('CONFLICT');
    const nobody = { id: 2_000_000_000 };
    expect((await refusalOf(admin.call(getUserRoles, { params: nobody }))).code).toBe('NOTFOUND');
    const put = admin.call(setUserRoles, { params: nobody, body: { roles: [] } });
    expect((await refusalOf(put)).code).toBe('NOTFOUND');
  });

  it.each([
    ['roles', {}],
    ['roles', { roles: 'admin' }],
    ['roles', { roles: [7] }],
    ['roles', { roles: ['Admin'] }],
    ['roles', { roles: Array.from({ length: 21 }, (_, i) => `role-${i}`) }],
    ['status', { roles: [], status: 'active' }],
  ])('refuse a bad %s: %j', async (field, body) => {
    const { user_id: id } = await registered(service());
    const answer = await admin.request(`/users/${id}/roles`, { method: 'PUT', body });
    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field }] } } });
  });
});
