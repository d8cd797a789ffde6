import { batchUsers, getMe, knownUsers, register, usersByName } from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { badTokens, refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { registered, signedIn, someone } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService();

describe('GET /users/me', () => {
  it('answers with the signed-in user', async () => {
    const { accessToken, user } = await signedIn(service());
    expect(await service().as(accessToken).call(getMe)).toEqual(user);
  });

  it('refuses every kind of bad token alike', async () => {
    const { user } = await signedIn(service());
    const tokens = badTokens(service().config.JWT_ACCESS_SECRET, {
      id: user.user_id,
      username: user.username,
    });
    for (const [kind, token] of Object.entries({ ...tokens, none: undefined })) {
      const refusal = await refusalOf(service().as(token).call(getMe));
      expect(refusal, kind).toMatchObject({ code: 'AUTH_INVALID', status: 401 });
      expect(refusal.message, kind).toContain('the access token is missing, expired or not valid');
    }
  });

  it('refuses a well-signed token of a session that never was', async () => {
    const { user } = await signedIn(service());
    for (const sessionId of ['no-such-session', '00000000-0000-4000-8000-000000000000']) {
      const principal = { userId: user.user_id, username: user.username, sessionId, roles: [] };
      const token = await service().app.get(AccessTokens).sign(principal, 60);
      expect((await refusalOf(service().as(token).call(getMe))).code).toBe('AUTH_INVALID');
    }
  });

  it('does not believe headers about who is calling', async () => {
    const { user } = await signedIn(service());
    const answer = await service()
      .as()
      .request('/users/me', { headers: { 'x-user-id': String(user.user_id) } });
    expect(answer.status).toBe(401);
  });
});

describe('POST /users/batch', () => {
  it('answers with the cards of active users', async () => {
    const { accessToken, user } = await signedIn(service());
    const other = await registered(service());
    const suspended = await registered(service());
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [suspended.user_id]);
    const ids = [user.user_id, other.user_id, other.user_id, suspended.user_id, 2_000_000_000];
    const cards = await service().as(accessToken).call(batchUsers, { body: { ids } });
    expect(cards.map((card) => card.user_id).sort((a, b) => a - b)).toEqual([user.user_id, other.user_id]);
    expect(cards[0]).toEqual({
      user_id: expect.any(Number),
      username: expect.any(String),
      full_name: null,
      avatar_url: null,
    });
  });

  it.each([
    [[]],
    [['1']],
    [[0]],
    [[1.5]],
    [[2_147_483_648]],
    ['1'],
    [Array.from({ length: 1_001 }, (_, i) => i + 1)],
  ])('refuses ids %j', async (ids) => {
    const { accessToken } = await signedIn(service());
    const answer = await service().as(accessToken).request('/users/batch', { method: 'POST', body: { ids } });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field: 'ids' }] } },
    });
  });
});

describe('POST /internal/users/known', () => {
  const asService = async (target: string) =>
    service().as(await service().app.get(AccessTokens).signService('chat-service', target));

  it('answers services of ours', async () => {
    const { user_id, username } = await registered(service());
    const cards = await (
      await asService('user-service')
    ).call(knownUsers, {
      body: { ids: [user_id, 2_000_000_000] },
    });
    expect(cards).toEqual([{ user_id, username, full_name: null, avatar_url: null }]);
  });

  it('tells a service of ours who has a name, in whatever case and composition', async () => {
    const { user_id, username } = await registered(service());
    const accented = `zo\u00eb-${user_id}`;
    const zoe = await service()
      .as()
      .call(register, { body: { ...someone(), username: accented } });
    const usernames = [username.toUpperCase(), `zoe\u0308-${user_id}`, 'nobody-of-this-name'];
    const cards = await (await asService('user-service')).call(usersByName, { body: { usernames } });
    expect(cards.map((card) => card.user_id).sort((a, b) => a - b)).toEqual([user_id, zoe.user_id]);
    expect(cards).toContainEqual({ user_id, username, full_name: null, avatar_url: null });
  });

  it('answers nobody else', async () => {
    const { accessToken } = await signedIn(service());
    for (const caller of [
      service().as(),
      service().as(accessToken),
      await asService('notification-service'),
    ]) {
      expect((await refusalOf(caller.call(knownUsers, { body: { ids: [1] } }))).code).toBe('AUTH_INVALID');
      const byName = caller.call(usersByName, { body: { usernames: ['alice'] } });
      expect((await refusalOf(byName)).code).toBe('AUTH_INVALID');
    }
  });

  it('does not let a service in where users are meant', async () => {
    expect((await refusalOf((await asService('user-service')).call(getMe))).code).toBe('AUTH_INVALID');
  });
});
