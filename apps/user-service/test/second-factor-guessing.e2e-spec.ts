import { disableSecondFactor, enableSecondFactor, getMe, login, setupSecondFactor } from '@app/contracts';
import { refusalOf, type WireError } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, signedIn } from './support/people';
import { codeOf, forgetSteps, withSecondFactor, wrongCode } from './support/second-factor';
import { UserService, useUserService } from './support/user-service';

const AT_ONCE = 20;

/** What became of many requests at once: 'ok', or the code of the refusal. */
const outcomes = async (work: (index: number) => Promise<unknown>) =>
  Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) =>
      work(index).then(
        () => 'ok',
        (error: unknown) => (error as WireError).code,
      ),
    ),
  );

const count = (list: string[], what: string) => list.filter((item) => item === what).length;

describe('one code, many requests at once', () => {
  const service = useUserService({ SECOND_FACTOR_TRIES: '100' });

  const signIn = (username: string, code: string) =>
    service()
      .as()
      .call(login, { body: { username, password: PASSWORD, code } });

  it('of the app: exactly one gets in', async () => {
    const { username, secret } = await withSecondFactor(service());
    const code = codeOf(secret);
    const results = await outcomes(() => signIn(username, code));
    expect(count(results, 'ok')).toBe(1);
    expect(count(results, 'AUTH_INVALID')).toBe(AT_ONCE - 1);
  });

  it('for recovery: exactly one gets in', async () => {
    const { username, recoveryCodes } = await withSecondFactor(service());
    const results = await outcomes(() => signIn(username, recoveryCodes[3] ?? ''));
    expect(count(results, 'ok')).toBe(1);
    expect(count(results, 'AUTH_INVALID')).toBe(AT_ONCE - 1);
  });

  it('that enables: exactly one gets recovery codes', async () => {
    const { accessToken } = await signedIn(service());
    const caller = service().as(accessToken);
    const { secret } = await caller.call(setupSecondFactor, { body: { password: PASSWORD } });
    const code = codeOf(secret);
    const results = await outcomes(() => caller.call(enableSecondFactor, { body: { code } }));
    expect(count(results, 'ok')).toBe(1);
    expect(count(results, 'CONFLICT')).toBe(AT_ONCE - 1);
  });
});

describe('guessing codes', () => {
  const service = useUserService();
  let other: UserService;

  beforeAll(async () => {
    other = await UserService.start({ POSTGRES_URL: service().config.POSTGRES_URL });
  });

  afterAll(() => other.app.close());

  const signIn = (username: string, code: string, at = service()) =>
    at.as().call(login, { body: { username, password: PASSWORD, code } });

  const windowEnds = () =>
    service().sql(`UPDATE login_throttle SET spent_until = spent_until - interval '901 seconds'`);

  it('ends after five, on all instances together and however many come at once', async () => {
    const { username, secret, accessToken } = await withSecondFactor(service());
    const wrong = wrongCode(secret);
    const results = await outcomes((index) => signIn(username, wrong, index % 2 ? other : service()));
    expect(count(results, 'AUTH_INVALID')).toBe(5);
    expect(count(results, 'RATE_LIMITED')).toBe(AT_ONCE - 5);

    // Not even the right code, or guessing could go on.
    for (const at of [service(), other]) {
      const answer = await at.as().request('/auth/login', {
        method: 'POST',
        body: { username, password: PASSWORD, code: codeOf(secret) },
      });
      expect(answer).toMatchObject({ status: 429, body: { error: { code: 'RATE_LIMITED' } } });
      const { retryAfterMs = 0 } = (answer.body as unknown as { error: { retryAfterMs?: number } }).error;
      expect(retryAfterMs).toBeGreaterThan(60_000);
      expect(retryAfterMs).toBeLessThanOrEqual(180_000);
    }
    // Whoever is in stays in.
    expect((await service().as(accessToken).call(getMe)).username).toBe(username);

    await windowEnds();
    await signIn(username, codeOf(secret));
  });

  it('starts anew after a right one', async () => {
    const { username, secret, user } = await withSecondFactor(service());
    for (let round = 0; round < 3; round += 1) {
      for (let guess = 0; guess < 4; guess += 1) {
        expect((await refusalOf(signIn(username, wrongCode(secret)))).code).toBe('AUTH_INVALID');
      }
      await signIn(username, codeOf(secret));
      await forgetSteps(service(), user.user_id);
    }
  });

  it('costs nothing and tells nothing without the password', async () => {
    const { username, secret } = await withSecondFactor(service());
    for (let guess = 0; guess < 6; guess += 1) {
      const refusal = await refusalOf(
        service()
          .as()
          .call(login, { body: { username, password: 'wrong horse', code: codeOf(secret) } }),
      );
      expect(refusal).toMatchObject({ code: 'AUTH_INVALID', fields: [] });
    }
    await signIn(username, codeOf(secret));
  });

  it('with a session and the password ends as early', async () => {
    const { accessToken, secret } = await withSecondFactor(service());
    const body = { password: PASSWORD, code: wrongCode(secret) };
    const results = await outcomes(() => service().as(accessToken).call(disableSecondFactor, { body }));
    expect(count(results, 'BAD_REQUEST')).toBeLessThanOrEqual(5);
    expect(count(results, 'ok')).toBe(0);
  });

  it('of passwords with a session ends, too, and does not keep the owner from signing in', async () => {
    const { accessToken, username, secret } = await withSecondFactor(service());
    const body = { password: 'wrong horse', code: codeOf(secret) };
    const results = await outcomes(() => service().as(accessToken).call(disableSecondFactor, { body }));
    expect(count(results, 'BAD_REQUEST')).toBe(5);
    expect(count(results, 'RATE_LIMITED')).toBe(AT_ONCE - 5);
    await signIn(username, codeOf(secret));
  });
});
