import { randomBytes } from 'node:crypto';
import {
  batchUsers,
  deleteMe,
  deleteUser,
  getMe,
  getUser,
  listUsers,
  updateUser,
  knownUsers,
  listDeletedUsers,
  login,
  refresh,
  register,
  type SessionDto,
} from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, signedIn, someone } from './support/people';
import { rowsOf } from './support/schema';
import { codeOf, forgetSteps, withSecondFactor, wrongCode } from './support/second-factor';
import { useUserService } from './support/user-service';

const service = useUserService();

/** Somebody whose every fact can be found again, on two devices. */
async function traceable() {
  const mark = randomBytes(6).toString('hex');
  const form = {
    username: `Tr-${mark}`,
    email: `Mail-${mark}@example.com`,
    password: PASSWORD,
    fullName: `Name ${mark}`,
    phone: '+49 30 9988776655',
    avatar_url: `https://example.com/${mark}.png`,
  };
  const user = await service().as().call(register, { body: form });
  const agent = `Agent-${mark}`;
  const signIn = async () => {
    const answer = await service()
      .as()
      .request('/auth/login', {
        method: 'POST',
        headers: { 'user-agent': agent },
        body: { email: form.email, password: PASSWORD },
      });
    return (answer.body as { data: SessionDto }).data;
  };
  const sessions = [await signIn(), await signIn()] as const;
  return { id: user.user_id, form, mark, sessions };
}

const remove = (accessToken: string, password = PASSWORD) =>
  service().as(accessToken).call(deleteMe, { body: { password } });

const everything = async () => JSON.stringify(await rowsOf(service().config.POSTGRES_URL)).toLowerCase();

const makeAdmin = (userId: number) =>
  service().sql(
    `INSERT INTO user_role (user_id, role_id) SELECT $1, role_id FROM roles WHERE name = 'admin'`,
    [userId],
  );

describe('DELETE /users/me', () => {
  it('leaves a number and nothing else', async () => {
    const { id, mark, form, sessions } = await traceable();
    expect(await everything()).toContain(mark);
    expect(await remove(sessions[0].accessToken)).toEqual({});

    const left = await everything();
    for (const fact of [mark, form.phone, form.phone.replace(/\D/g, '')])
      expect(left).not.toContain(fact.toLowerCase());
    expect(left).not.toContain(`"address": "127.0.0.1", "user_id": ${id}`);
    const [row] = await service().sql('SELECT * FROM users WHERE user_id = $1', [id]);
    expect(row).toMatchObject({
      username: `deleted-${id}`,
      email: `deleted-${id}`,
      password_hash: '',
      status: 'deleted',
      full_name: null,
      phone: null,
      deleted_at: expect.any(Date),
    });
    expect(await service().sql('SELECT * FROM user_role WHERE user_id = $1', [id])).toEqual([]);
    const log = await service().sql(
      'SELECT kind, address, user_agent, details FROM security_events WHERE user_id = $1 ORDER BY event_id',
      [id],
    );
    expect(log.at(-1)).toMatchObject({ kind: 'account.deleted' });
    for (const event of log) expect(event).toMatchObject({ address: '', user_agent: '', details: {} });
  });

  it('ends every session at once, and tells the other services in the same transaction', async () => {
    const { id, form, sessions } = await traceable();
    await remove(sessions[0].accessToken);
    for (const { accessToken, refreshToken } of sessions) {
      expect((await refusalOf(service().as(accessToken).call(getMe))).code).toBe('AUTH_INVALID');
      const renewal = service().as().call(refresh, { body: { refreshToken } });
      expect((await refusalOf(renewal)).code).toBe('AUTH_INVALID');
    }
    expect((await refusalOf(remove(sessions[1].accessToken))).code).toBe('AUTH_INVALID');
    for (const name of [form.email, form.username, `deleted-${id}`]) {
      const body = name.includes('@') ? { email: name } : { username: name };
      for (const password of [PASSWORD, ' '])
        expect(
          (
            await refusalOf(
              service()
                .as()
                .call(login, { body: { ...body, password } }),
            )
          ).code,
        ).toBe('AUTH_INVALID');
    }
    const told = await service().sql(`SELECT type, data FROM outbox WHERE key = $1 ORDER BY position`, [
      String(id),
    ]);
    const sessionIds = expect.arrayContaining([expect.any(String), expect.any(String)]) as unknown;
    expect(told).toEqual([
      {
        type: 'auth.session.revoked',
        data: expect.objectContaining({ userId: id, sessionIds, reason: 'deleted' }),
      },
      { type: 'user.deleted', data: { userId: id, at: expect.any(String) } },
    ]);
  });

  it('frees the name and the address for somebody else, who is somebody else', async () => {
    const { id, form, sessions } = await traceable();
    const other = await signedIn(service());
    await remove(sessions[0].accessToken);
    const heir = await service()
      .as()
      .call(register, { body: { ...form, fullName: 'The Heir' } });
    expect(heir.user_id).toBeGreaterThan(id);
    const cards = await service()
      .as(other.accessToken)
      .call(batchUsers, { body: { ids: [id, heir.user_id] } });
    expect(cards).toHaveLength(2);
    expect(cards).toContainEqual({
      user_id: id,
      username: `deleted-${id}`,
      full_name: null,
      avatar_url: null,
      deleted: true,
    });
    expect(cards).toContainEqual(expect.objectContaining({ user_id: heir.user_id, full_name: 'The Heir' }));
    const token = await service().app.get(AccessTokens).signService('chat-service', 'user-service');
    const known = await service()
      .as(token)
      .call(knownUsers, { body: { ids: [id, heir.user_id] } });
    expect(known.map(({ user_id }) => user_id)).toEqual([heir.user_id]);
  });

  it('keeps the names of tombstones from the living', async () => {
    for (const username of ['deleted-7', 'Deleted-123']) {
      const refusal = await refusalOf(
        service()
          .as()
          .call(register, { body: { ...someone(), username } }),
      );
      expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['username'] });
    }
  });

  it('needs the password, and lets nobody try many', async () => {
    const { accessToken, user } = await signedIn(service());
    const wrong = () => refusalOf(remove(accessToken, 'not the password'));
    expect(await wrong()).toMatchObject({ code: 'BAD_REQUEST', fields: ['password'] });
    for (const body of [
      {},
      { password: '' },
      { password: PASSWORD, user_id: 1 },
      { password: PASSWORD, status: 'active' },
    ]) {
      const answer = await service().as(accessToken).request('/users/me', { method: 'DELETE', body });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
    }
    for (let tries = 1; tries < service().config.SECOND_FACTOR_TRIES; tries++) await wrong();
    expect((await wrong()).code).toBe('RATE_LIMITED');
    expect((await refusalOf(remove(accessToken))).code).toBe('RATE_LIMITED');
    expect(await service().as(accessToken).call(getMe)).toEqual(user);
  });

  it('needs the second factor too, where there is one', async () => {
    const { accessToken, secret, user } = await withSecondFactor(service());
    await forgetSteps(service(), user.user_id);
    const by = (code?: string) =>
      service()
        .as(accessToken)
        .call(deleteMe, { body: { password: PASSWORD, ...(code !== undefined && { code }) } });
    expect((await refusalOf(by())).code).toBe('SECOND_FACTOR_REQUIRED');
    expect(await refusalOf(by(wrongCode(secret)))).toMatchObject({ code: 'BAD_REQUEST', fields: ['code'] });
    expect(await service().as(accessToken).call(getMe)).toEqual(user);
    expect(await by(codeOf(secret))).toEqual({});
    for (const table of ['second_factors', 'recovery_codes'])
      expect(await service().sql(`SELECT 1 FROM ${table} WHERE user_id = $1`, [user.user_id])).toEqual([]);
  });

  it('leaves no session behind that is opened at the same moment', async () => {
    const { id, form, sessions } = await traceable();
    const { email, password } = form;
    const attempts = Array.from({ length: 6 }, () =>
      service().as().call(login, { body: { email, password } }),
    );
    const removals = sessions.map(({ accessToken }) => remove(accessToken));
    const outcomes = await Promise.allSettled([...attempts, ...removals]);
    expect(outcomes.slice(-2).some(({ status }) => status === 'fulfilled')).toBe(true);
    const alive = 'SELECT session_id FROM tokens WHERE user_id = $1 AND revoked_at IS NULL';
    expect(await service().sql(alive, [id])).toEqual([]);
    const told = await service().sql(`SELECT 1 FROM outbox WHERE key = $1 AND type = 'user.deleted'`, [
      String(id),
    ]);
    expect(told).toHaveLength(1);
  });
});

describe('DELETE /users/:id', () => {
  it('leaves nobody to be found, looked at or changed', async () => {
    const [admin, victim] = [await signedIn(service()), await traceable()];
    await makeAdmin(admin.user.user_id);
    const by = service().as(admin.accessToken);
    const params = { id: victim.id };
    expect(await by.call(listUsers, { query: { search: victim.mark } })).toHaveLength(1);
    await by.call(deleteUser, { params });
    for (const search of [victim.mark, `deleted-${victim.id}`, 'deleted'])
      expect(await by.call(listUsers, { query: { search } })).toEqual([]);
    expect((await refusalOf(by.call(getUser, { params }))).code).toBe('NOTFOUND');
    expect((await refusalOf(by.call(updateUser, { params, body: { fullName: 'x' } }))).code).toBe('NOTFOUND');
    const rename = service()
      .as(admin.accessToken)
      .call(updateUser, {
        params: { id: admin.user.user_id },
        body: { username: 'deleted-99' },
      });
    expect(await refusalOf(rename)).toMatchObject({ code: 'BAD_REQUEST', fields: ['username'] });
    await service().sql(`DELETE FROM user_role WHERE user_id = $1`, [admin.user.user_id]);
  });

  it('is for admins, and harmless the second time', async () => {
    const [admin, member, victim] = [await signedIn(service()), await signedIn(service()), await traceable()];
    await makeAdmin(admin.user.user_id);
    const by = (accessToken: string, id: number) =>
      service().as(accessToken).call(deleteUser, { params: { id } });
    expect((await refusalOf(by(member.accessToken, victim.id))).code).toBe('FORBIDDEN');
    expect(await by(admin.accessToken, victim.id)).toEqual({});
    for (const id of [victim.id, 2_000_000_000])
      expect((await refusalOf(by(admin.accessToken, id))).code).toBe('NOTFOUND');
    const bad = await service().as(admin.accessToken).request('/users/abc', { method: 'DELETE' });
    expect(bad.status).toBe(400);
    expect(await everything()).not.toContain(victim.mark);
    const [event] = await service().sql(
      `SELECT actor_id, address FROM security_events WHERE user_id = $1 AND kind = 'account.deleted'`,
      [victim.id],
    );
    expect(event).toEqual({ actor_id: admin.user.user_id, address: '' });

    expect(await refusalOf(by(admin.accessToken, admin.user.user_id))).toMatchObject({ code: 'CONFLICT' });
    expect(await refusalOf(remove(admin.accessToken))).toMatchObject({ code: 'CONFLICT' });
  });

  it('never takes the last admin, also when all go at once', async () => {
    const admins = await Promise.all(Array.from({ length: 4 }, () => signedIn(service())));
    for (const { user } of admins) await makeAdmin(user.user_id);
    await service().sql(
      `DELETE FROM user_role WHERE user_id <> ALL($1) AND role_id = (SELECT role_id FROM roles WHERE name = 'admin')`,
      [admins.map(({ user }) => user.user_id)],
    );
    const outcomes = await Promise.allSettled(admins.map(({ accessToken }) => remove(accessToken)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const left = await service().sql(
      `SELECT count(*)::int AS count FROM user_role ur JOIN roles USING (role_id) JOIN users USING (user_id)
       WHERE roles.name = 'admin' AND users.status = 'active'`,
    );
    expect(left).toEqual([{ count: 1 }]);
  });
});

describe('POST /internal/users/deleted', () => {
  it('tells services of ours who has left, in pages', async () => {
    const token = await service().app.get(AccessTokens).signService('chat-service', 'user-service');
    const [first, second] = [await traceable(), await traceable()];
    for (const { sessions } of [first, second]) await remove(sessions[0].accessToken);
    const client = service().as(token);
    const all = await client.call(listDeletedUsers, { body: {} });
    expect(all.slice(-2).map(({ userId }) => userId)).toEqual([first.id, second.id]);
    const since = all.at(-1)?.at ?? '';
    const late = await client.call(listDeletedUsers, { body: { since } });
    expect(late.map(({ userId }) => userId)).toContain(second.id);
    const cursor = `${Date.parse(all.at(-2)?.at ?? '')}.${first.id}`;
    const rest = await client.call(listDeletedUsers, { body: { cursor } });
    expect(rest).toEqual(all.slice(-1));
    expect((await refusalOf(client.call(listDeletedUsers, { body: { cursor: 'x' } }))).code).toBe(
      'BAD_REQUEST',
    );
    const stranger = service().as(first.sessions[0].accessToken);
    expect((await refusalOf(stranger.call(listDeletedUsers, { body: {} }))).code).toBe('AUTH_INVALID');
  });
});
