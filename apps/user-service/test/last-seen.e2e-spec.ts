import { getMe, getPresence, recordSeen } from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { signedIn } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService({ CHAT_SERVICE_URL: 'http://127.0.0.1:1' });

const EARLY = '2026-01-01T00:00:00.000Z';
const LATE = '2026-01-02T00:00:00.000Z';

const fromChat = async () =>
  service().as(await service().app.get(AccessTokens).signService('chat-service', 'user-service'));

describe('POST /internal/users/seen', () => {
  it('moves the time on, never back, and changes nothing else', async () => {
    const [alice, bob] = await Promise.all([signedIn(service()), signedIn(service())]);
    const record = async (...seen: { userId: number; at: string }[]) =>
      (await fromChat()).call(recordSeen, { body: { seen } });
    const [a, b] = [alice.user.user_id, bob.user.user_id];
    await record({ userId: a, at: EARLY }, { userId: a, at: LATE }, { userId: 2_000_000_000, at: LATE });
    await Promise.all([
      record({ userId: b, at: EARLY }, { userId: a, at: EARLY }),
      record({ userId: a, at: EARLY }, { userId: b, at: EARLY }),
    ]);
    expect(await service().as(alice.accessToken).call(getMe)).toEqual({ ...alice.user, last_seen: LATE });
    expect(await service().as(bob.accessToken).call(getMe)).toEqual({ ...bob.user, last_seen: EARLY });
  });

  it('leaves the accounts that are deleted alone', async () => {
    const { user } = await signedIn(service());
    await service().sql(`UPDATE users SET status = 'deleted', deleted_at = now() WHERE user_id = $1`, [
      user.user_id,
    ]);
    await (await fromChat()).call(recordSeen, { body: { seen: [{ userId: user.user_id, at: LATE }] } });
    const rows = await service().sql('SELECT last_seen FROM users WHERE user_id = $1', [user.user_id]);
    expect(rows).toEqual([{ last_seen: null }]);
  });

  it('is for services of ours only', async () => {
    const { accessToken } = await signedIn(service());
    const body = { seen: [{ userId: 1, at: LATE }] };
    for (const caller of [service().as(), service().as(accessToken)])
      expect((await refusalOf(caller.call(recordSeen, { body }))).code).toBe('AUTH_INVALID');
  });

  it.each([
    ['seen', { seen: [] }],
    ['seen', { seen: 'me' }],
    ['seen[0].at', { seen: [{ userId: 1, at: 'yesterday' }] }],
    ['seen[0].userId', { seen: [{ userId: 'x', at: LATE }] }],
  ])('names %s when it is what is wrong', async (field, body) => {
    const answer = await (await fromChat()).request(recordSeen.path, { method: 'POST', body });
    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field }] } } });
  });
});

describe('GET /users/:id/presence', () => {
  it('is NOTFOUND for nobody, UNAVAILABLE while the chat service is away, and needs an id', async () => {
    const { accessToken, user } = await signedIn(service());
    const me = service().as(accessToken);
    const ask = (id: number) => refusalOf(me.call(getPresence, { params: { id } }));
    expect((await ask(2_000_000_000)).code).toBe('NOTFOUND');
    expect((await ask(user.user_id)).code).toBe('UNAVAILABLE');
    expect((await me.request('/users/me/presence')).status).toBe(400);
  });
});
