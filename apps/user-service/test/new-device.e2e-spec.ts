import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, registered } from './support/people';
import { useUserService } from './support/user-service';

// Without a broker: what it would be told stays in the outbox.
const service = useUserService();

const firefox = (version: number) =>
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
const PHONE =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';

describe('a sign-in from a device that is new to the account', () => {
  let email: string;
  let userId: number;

  beforeEach(async () => {
    ({ email, user_id: userId } = await registered(service()));
  });

  const post = async (path: string, userAgent: string, body: object) => {
    const answer = await service()
      .as()
      .request(path, { method: 'POST', headers: { 'user-agent': userAgent }, body });
    expect(answer.status).toBe(200);
    return answer.body as unknown as { data: { refreshToken: string } };
  };
  const signsIn = (userAgent: string) => post('/auth/login', userAgent, { email, password: PASSWORD });
  const notices = async () => {
    const rows = await service().sql(
      `SELECT data FROM outbox WHERE type = 'security.noticed' AND key = $1 ORDER BY position`,
      [String(userId)],
    );
    return rows.map(({ data }) => data as { notice: string; device?: string });
  };
  const logged = () =>
    service().sql(
      `SELECT details->>'device' AS device, user_agent FROM security_events
       WHERE user_id = $1 AND kind = 'session.new-device'`,
      [userId],
    );

  it('is told to its owner, once, and stands in the log; the first sign-in ever is not', async () => {
    await signsIn(firefox(132));
    await signsIn(firefox(140));
    expect([await notices(), await logged()]).toEqual([[], []]);
    await signsIn(PHONE);
    expect(await notices()).toMatchObject([
      { userId, notice: 'session.new-device', device: 'Chrome on Android' },
    ]);
    expect(await logged()).toEqual([{ device: 'Chrome on Android', user_agent: PHONE }]);
    await signsIn(PHONE);
    await signsIn(firefox(141));
    expect(await notices()).toHaveLength(1);
  });

  it('is none that only goes on with a session', async () => {
    const { data } = await signsIn(firefox(132));
    await post('/auth/refresh', PHONE, { refreshToken: data.refreshToken });
    expect(await notices()).toEqual([]);
  });

  it('is told also when another sign-in from there came right behind it', async () => {
    await signsIn(firefox(132));
    // Of two at the same time each finds the session of the other. This one began later than the one below.
    await service().sql(
      `INSERT INTO tokens (session_id, user_id, refresh_hash, user_agent, address, created_at, expired_at)
       VALUES (gen_random_uuid(), $1, 'x', $2, '', now() + interval '1 minute', now() + interval '1 hour')`,
      [userId, PHONE],
    );
    await signsIn(PHONE);
    expect(await notices()).toMatchObject([{ device: 'Chrome on Android' }]);
  });

  it('is told also when nobody knows any more what there was before', async () => {
    await signsIn(firefox(132));
    await service().sql('DELETE FROM tokens WHERE user_id = $1', [userId]);
    await signsIn(firefox(132));
    expect(await notices()).toHaveLength(1);
  });

  it('is in the log and told, or neither', async () => {
    await signsIn(firefox(132));
    const name = `refuse_${randomUUID().replaceAll('-', '')}`;
    await service().sql(`ALTER TABLE outbox ADD CONSTRAINT ${name} CHECK (key <> '${userId}') NOT VALID`);
    await signsIn(PHONE);
    await service().sql(`ALTER TABLE outbox DROP CONSTRAINT ${name}`);
    expect([await notices(), await logged()]).toEqual([[], []]);
  });
});
