import {
  disableSecondFactor,
  enableSecondFactor,
  finishOidc,
  finishOidcSecondFactor,
  getMe,
  getUnreadCount,
  login,
  setupSecondFactor,
  startOidc,
} from '@app/contracts';
import { refusalOf, useSystem } from '@app/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { TestProvider } from '../apps/user-service/test/support/oidc-provider';
import { codeOf } from '../apps/user-service/test/support/second-factor';

describe('other ways in than a password, through the gateway, on two user services', () => {
  let provider: TestProvider | undefined;
  const system = useSystem({
    instances: { user: 2 },
    env: async () => {
      provider = await TestProvider.start();
      return provider.settings;
    },
  });
  afterAll(() => provider?.close());

  /** What the client posts after `subject` has been at the provider. */
  async function back(subject: string) {
    const { url, state, browserKey } = await system.anonymous.call(startOidc);
    const parameters = await provider!.signIn(url, subject);
    return { ...parameters, state: parameters.state ?? state, browserKey };
  }

  it('an authenticator app: needed at every sign-in from then on, each code once, recovery codes as well', async () => {
    const alice = await system.user('alice');
    const { email, password } = alice.account;
    const { secret } = await alice.call(setupSecondFactor, { body: { password } });
    const { recoveryCodes } = await alice.call(enableSecondFactor, { body: { code: codeOf(secret) } });
    const attempt = (code?: string) => system.anonymous.call(login, { body: { email, password, code } });

    expect((await refusalOf(attempt())).code).toBe('SECOND_FACTOR_REQUIRED');
    const next = codeOf(secret, 1);
    expect((await attempt(next)).user.user_id).toBe(alice.id);
    expect((await refusalOf(attempt(next))).code).toBe('AUTH_INVALID');
    const [recovery] = recoveryCodes;
    expect((await attempt(recovery)).user.user_id).toBe(alice.id);
    expect((await refusalOf(attempt(recovery))).code).toBe('AUTH_INVALID');

    await alice.call(disableSecondFactor, { body: { password, code: recoveryCodes[1]! } });
    expect((await attempt()).user.user_id).toBe(alice.id);
  });

  it('an OpenID provider: an account at the first time, the same one afterwards, good in every service', async () => {
    provider!.people.set('carol', {
      email: 'carol@example.com',
      email_verified: true,
      preferred_username: 'carol',
    });
    const first = await system.anonymous.call(finishOidc, { body: await back('carol') });
    const again = await system.anonymous.call(finishOidc, { body: await back('carol') });
    expect(again.user).toEqual(first.user);
    expect(first.user).toMatchObject({ username: 'carol', email_verified: true });
    const bearer = { headers: { authorization: `Bearer ${again.accessToken}` } };
    for (const { path } of [getMe, getUnreadCount])
      expect((await fetch(system.gatewayUrl + path, bearer)).status).toBe(200);
    const witness = await system.user('witness');
    (await witness.connect({ auth: { token: again.accessToken } })).close();
  });

  it('an OpenID provider does not open an account whose own address nobody has confirmed', async () => {
    const squatter = await system.user('squatter');
    provider!.people.set('owner', { email: squatter.account.email, email_verified: true });
    const refusal = await refusalOf(system.anonymous.call(finishOidc, { body: await back('owner') }));
    expect(refusal.code).toBe('CONFLICT');
  });

  it('a second step that nobody has begun leads nowhere', async () => {
    const { state, browserKey } = await system.anonymous.call(startOidc);
    const body = { state, browserKey, code: '123456' };
    expect((await refusalOf(system.anonymous.call(finishOidcSecondFactor, { body }))).code).toBe(
      'AUTH_INVALID',
    );
  });
});
