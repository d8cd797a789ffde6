import {
  endSession,
  getJwks,
  getMe,
  listRevokedSessions,
  listSessions,
  login,
  logout,
  logoutAll,
} from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, signedIn, type Person } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService({ MAX_SESSIONS_PER_USER: '3' });

const signInAgain = ({ email }: Person) =>
  service()
    .as()
    .call(login, { body: { email, password: PASSWORD } });
const codeAt = async (accessToken: string) => (await refusalOf(service().as(accessToken).call(getMe))).code;

describe('the list of sessions', () => {
  it('shows the own ones: device, address, times, and which one asks', async () => {
    const first = await signedIn(service());
    const answer = await service()
      .as()
      .request('/auth/login', {
        method: 'POST',
        headers: { 'user-agent': 'A phone' },
        body: { email: first.email, password: PASSWORD },
      });
    expect(answer.status).toBe(200);
    await signedIn(service());
    const listed = await service().as(first.accessToken).call(listSessions);
    expect(listed.map(({ device, current }) => [device, current])).toEqual([
      ['A phone', false],
      [expect.any(String), true],
    ]);
    expect(Object.keys(listed[0]!).sort()).toEqual(
      ['address', 'created_at', 'current', 'device', 'expires_at', 'id', 'last_used'].sort(),
    );
    expect(listed[0]?.address).toMatch(/127\.0\.0\.1|::1/);
  });

  it('does not grow without end: one more than the limit ends the one that was unused for longest', async () => {
    const first = await signedIn(service());
    const second = await signInAgain(first);
    await service().sql(`UPDATE tokens SET last_used = now() - interval '1 hour' WHERE user_id = $1`, [
      first.user.user_id,
    ]);
    await signInAgain(first);
    await service().sql(
      `UPDATE tokens SET last_used = now() - interval '2 hours' WHERE session_id = $1::uuid`,
      [(await service().app.get(AccessTokens).verify(second.accessToken)).sessionId],
    );
    const fourth = await signInAgain(first);
    expect(await codeAt(second.accessToken)).toBe('AUTH_INVALID');
    expect(await service().as(fourth.accessToken).call(listSessions)).toHaveLength(3);
    await service().as(first.accessToken).call(getMe);
  });

  it('ends one, once', async () => {
    const first = await signedIn(service());
    const second = await signInAgain(first);
    const other = (await service().as(first.accessToken).call(listSessions)).find(({ current }) => !current);
    const end = () =>
      service()
        .as(first.accessToken)
        .call(endSession, { params: { id: other!.id } });
    expect(await end()).toEqual({});
    expect(await codeAt(second.accessToken)).toBe('AUTH_INVALID');
    expect((await refusalOf(end())).code).toBe('NOTFOUND');
  });

  it.each(['x', '1', '00000000-0000-0000-0000-00000000000g'])('knows no session %j', async (id) => {
    const { accessToken } = await signedIn(service());
    const answer = await service().as(accessToken).request(`/auth/sessions/${id}`, { method: 'DELETE' });
    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field: 'id' }] } } });
  });

  it('ends all, or all others', async () => {
    const first = await signedIn(service());
    await signInAgain(first);
    const all = (keepCurrent?: boolean) =>
      service().as(first.accessToken).call(logoutAll, { body: { keepCurrent } });
    expect(await all(true)).toEqual({ ended: 1 });
    expect(await all(true)).toEqual({ ended: 0 });
    expect(await all()).toEqual({ ended: 1 });
    expect(await codeAt(first.accessToken)).toBe('AUTH_INVALID');
  });
});

describe('what has ended lately', () => {
  const asService = async () =>
    service().as(await service().app.get(AccessTokens).signService('chat-service', 'user-service'));

  it('is told to services, page by page, until its tokens are dead by their dates too', async () => {
    const people = await Promise.all([signedIn(service()), signedIn(service())]);
    for (const { accessToken } of people) await service().as(accessToken).call(logout);
    const client = await asService();
    const all = await client.call(listRevokedSessions, { body: {} });
    const ours = all.filter(({ userId }) => people.some(({ user }) => user.user_id === userId));
    expect(ours).toHaveLength(2);
    expect(Date.parse(ours[0]!.until) - Date.parse(ours[0]!.at)).toBe(905_000);
    const since = ours[0]!.at;
    const later = await client.call(listRevokedSessions, { body: { since } });
    expect(later.map(({ userId }) => userId)).toContain(ours[1]!.userId);
    expect(later.length).toBeLessThan(all.length);

    await service().sql(`UPDATE tokens SET revoked_at = now() - interval '906 seconds' WHERE user_id = $1`, [
      ours[0]!.userId,
    ]);
    const left = await client.call(listRevokedSessions, { body: {} });
    expect(left.map(({ userId }) => userId)).not.toContain(ours[0]!.userId);
  });

  it('comes in pages that leave nothing out', async () => {
    const { user } = await signedIn(service());
    await service().sql(
      `INSERT INTO tokens (session_id, user_id, refresh_hash, expired_at, revoked_at, revoked_reason)
       SELECT gen_random_uuid(), $1, '', now() + interval '1 day', now() - make_interval(secs => (n / 7)::float / 10), 'logout'
       FROM generate_series(1, 1200) n`,
      [user.user_id],
    );
    const client = await asService();
    const found = new Set<string>();
    let cursor: string | undefined;
    do {
      const { data, page } = await client.ask(listRevokedSessions, { body: { cursor } });
      for (const { userId, sessionIds } of data)
        if (userId === user.user_id) sessionIds.forEach((id) => found.add(id));
      cursor = page?.next ?? undefined;
    } while (cursor !== undefined);
    expect(found.size).toBe(1_200);
  });

  it('is nobody else’s business', async () => {
    const { accessToken } = await signedIn(service());
    for (const token of [undefined, accessToken])
      expect((await refusalOf(service().as(token).call(listRevokedSessions, { body: {} }))).code).toBe(
        'AUTH_INVALID',
      );
  });
});

it('publishes no keys while tokens are signed with a shared secret', async () => {
  const response = await fetch(service().origin + getJwks.path);
  expect(await response.json()).toEqual({ keys: [] });
});
