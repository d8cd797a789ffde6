import { createHash } from 'node:crypto';
import { register } from '@app/contracts';
import { eventually, type RawAnswer } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, registered, signedIn, someone } from './support/people';
import { useUserService, UserService } from './support/user-service';

/** The most that may get through in 15 minutes. */
const BOUND = 30;
const TRIES = 7;

/** Addresses for documentation, another one each time. */
let last = 0;
const anAddress = () => {
  last += 1;
  return `198.51.${Math.floor(last / 250)}.${last % 250}`;
};

const tries =
  (service: () => UserService) =>
  (body: object, address = anAddress(), cookie = ''): Promise<RawAnswer> =>
    service()
      .as()
      .request('/auth/login', { method: 'POST', headers: { 'x-forwarded-for': address, cookie }, body });

const through = (answers: RawAnswer[]) => answers.filter(({ status }) => status !== 429).length;
const withoutId = ({ status, body }: RawAnswer) => ({
  status,
  body: { ...body, error: { ...('error' in body && body.error), requestId: '', retryAfterMs: 0 } },
});

describe('10,000 passwords on one account, from changing addresses', () => {
  const service = useUserService({ TRUST_PROXY: '1' });
  const attempt = tries(service);
  const guess = (name: object, n: number) => attempt({ ...name, password: `wrong horse ${n}` });
  const guesses = (name: object, count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => guess(name, n)));
  /** As if `seconds` had passed. */
  const later = (seconds: number) =>
    service().sql('UPDATE login_throttle SET spent_until = spent_until - make_interval(secs => $1)', [
      seconds,
    ]);

  it('few get through, also when they come all at once, to several instances, in every spelling of the name', async () => {
    const { POSTGRES_URL } = service().config;
    const other = await UserService.start({ POSTGRES_URL, TRUST_PROXY: '1' });
    try {
      const { email } = await registered(service());
      const spellings = [email, email.toUpperCase(), ` ${email}`];
      const answers = await Promise.all(
        Array.from({ length: 90 }, (_, n) =>
          tries(() => (n % 2 === 0 ? service() : other))({
            [n % 4 === 0 ? 'username' : 'email']: spellings[n % 3],
            password: `wrong horse ${n}`,
          }),
        ),
      );
      expect(through(answers)).toBe(TRIES);
    } finally {
      await other.app.close();
    }
  });

  it('fewer than 30 get through in 15 minutes, by both names of the account together', async () => {
    const { email, username } = await registered(service());
    let passed = 0;
    const names = [{ email }, { username }];
    for (const name of names) passed += through(await guesses(name, TRIES + 3));
    // Step by step through the quarter of an hour, with more tries than there can be.
    for (let second = 0; second < 900; second += 60) {
      await later(60);
      for (const name of names) passed += through(await guesses(name, 2));
    }
    expect(passed).toBeGreaterThan(2 * TRIES);
    expect(passed).toBeLessThan(BOUND);
  });

  it('the refusal says how long to wait, not for ever, and is the same for an account that does not exist', async () => {
    const { email } = await registered(service());
    const nobody = someone().email;
    const refusals = [];
    for (const name of [email, nobody]) {
      const answers = [];
      for (let n = 0; n <= TRIES; n += 1) answers.push(await guess({ email: name }, n));
      expect(answers.slice(0, TRIES).map(({ status }) => status)).toEqual(Array(TRIES).fill(401));
      refusals.push(answers[TRIES]!);
    }
    expect(withoutId(refusals[0]!)).toEqual({
      ...withoutId(refusals[1]!),
      body: expect.objectContaining({ error: expect.objectContaining({ code: 'RATE_LIMITED' }) }),
    });
    for (const { headers, body } of refusals) {
      const { retryAfterMs } = (body as unknown as { error: { retryAfterMs: number } }).error;
      expect(retryAfterMs).toBeGreaterThan(60_000);
      expect(retryAfterMs).toBeLessThanOrEqual(Math.ceil(900_000 / TRIES));
      expect(Number(headers.get('retry-after'))).toBe(Math.ceil(retryAfterMs / 1_000));
    }
    await later(900 / TRIES);
    expect((await attempt({ email, password: PASSWORD })).status).toBe(200);
  });

  it('who knows the password after a few wrong ones has all tries again', async () => {
    const { email } = await registered(service());
    await guesses({ email }, TRIES - 1);
    expect((await attempt({ email, password: PASSWORD })).status).toBe(200);
    expect(through(await guesses({ email }, TRIES + 1))).toBe(TRIES);
  });

  it('who signs in on many devices in one moment is let in on all', async () => {
    const { email } = await registered(service());
    const answers = await Promise.all(
      Array.from({ length: 3 * TRIES }, () => attempt({ email, password: PASSWORD })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('a device with a session of the account is not kept out, one with another’s session is', async () => {
    const [victim, mallory] = [await signedIn(service()), await signedIn(service())];
    const name = { email: victim.email };
    await guesses(name, TRIES + 3);
    const signIn = (more: object, cookie?: string) =>
      attempt({ ...name, password: PASSWORD, ...more }, anAddress(), cookie);
    expect((await signIn({})).status).toBe(429);
    expect((await signIn({ refreshToken: mallory.refreshToken })).status).toBe(429);
    expect((await signIn({ refreshToken: 'x'.repeat(100) })).status).toBe(429);
    expect((await signIn({ refreshToken: victim.refreshToken })).status).toBe(200);
    expect((await signIn({}, `a=b; refresh_token=${victim.refreshToken}`)).status).toBe(200);
    // Its own wrong tries count on their own.
    const stolen = { refreshToken: victim.refreshToken };
    const own = await Promise.all(
      Array.from({ length: TRIES + 3 }, (_, n) => signIn({ ...stolen, password: `wrong horse ${n}` })),
    );
    expect(through(own)).toBe(TRIES);
  });

  it('a session that is known goes on', async () => {
    const victim = await signedIn(service());
    await guesses({ email: victim.email }, TRIES + 3);
    const { refreshToken } = victim;
    const answer = await service().as().request('/auth/refresh', { method: 'POST', body: { refreshToken } });
    expect(answer.status).toBe(200);
    const me = await service().as(victim.accessToken).request('/users/me');
    expect(me.status).toBe(200);
  });

  it('the table tells nobody’s name and address', async () => {
    const { email } = await registered(service());
    await guess({ email }, 1);
    const rows = await service().sql('SELECT key FROM login_throttle');
    expect(rows.length).toBeGreaterThan(0);
    for (const { key } of rows) expect(key).toHaveLength(32);
    const columns = await service().sql(
      `SELECT column_name FROM information_schema.columns WHERE table_name = 'login_throttle' ORDER BY 1`,
    );
    expect(columns.map(({ column_name }) => column_name)).toEqual(['key', 'spent_until']);
  });
});

describe('one password on 10,000 accounts, from one address', () => {
  const service = useUserService({ TRUST_PROXY: '1', LOGIN_ADDRESS_TRIES: '20', SIGN_UP_ADDRESS_TRIES: '5' });
  const attempt = tries(service);
  const spray = (addressOf: (n: number) => string, count = 40) =>
    Promise.all(
      Array.from({ length: count }, (_, n) =>
        attempt({ email: someone().email, password: 'wrong horse' }, addressOf(n)),
      ),
    );

  it('few get through', async () => {
    const address = anAddress();
    expect(through(await spray(() => address))).toBe(20);
    const { email } = await registered(service());
    expect((await attempt({ email, password: PASSWORD }, address)).status).toBe(429);
    expect((await attempt({ email, password: PASSWORD })).status).toBe(200);
  });

  it('few get through from one IPv6 network, however many addresses it has', async () => {
    const answers = await spray((n) => `2001:db8:7:8:${n.toString(16)}::${n}`);
    expect(through(answers)).toBe(20);
  });

  it('an address that a client has written there itself does not count', async () => {
    const answers = await spray((n) => `203.0.113.${n}, 192.0.2.1`);
    expect(through(answers)).toBe(20);
  });

  it('people who share an address and know their passwords are let in', async () => {
    const address = anAddress();
    const people = await Promise.all(
      Array.from({ length: 4 }, () => service().as().call(register, { body: someone() })),
    );
    for (let round = 0; round < 8; round += 1) {
      const answers = await Promise.all(
        people.map(({ email }) => attempt({ email, password: PASSWORD }, address)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    }
  });

  it.each([
    ['/auth/register', () => someone(), 201],
    ['/auth/forgot-password', () => ({ email: someone().email }), 200],
  ])('%s is limited by address', async (path, body, done) => {
    const address = anAddress();
    const answers = await Promise.all(
      Array.from({ length: 9 }, () =>
        service()
          .as()
          .request(path, { method: 'POST', headers: { 'x-forwarded-for': address }, body: body() }),
      ),
    );
    expect(answers.filter(({ status }) => status === done)).toHaveLength(5);
    expect(through(answers)).toBe(5);
  });
});

describe('a row of the past', () => {
  const service = useUserService();

  it('is removed, by whichever service comes by', async () => {
    const row = `INSERT INTO login_throttle VALUES (sha256($1), now() + make_interval(secs => $2))`;
    await service().sql(row, ['past', -1]);
    await service().sql(row, ['present', 60]);
    const other = await UserService.start({ POSTGRES_URL: service().config.POSTGRES_URL });
    try {
      const left = await eventually(
        () => service().sql('SELECT key FROM login_throttle'),
        (rows) => expect(rows).toHaveLength(1),
      );
      expect(left[0]?.key).toEqual(createHash('sha256').update('present').digest());
    } finally {
      await other.app.close();
    }
  });
});
