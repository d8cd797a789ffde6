import {
  enableSecondFactor,
  finishOidc,
  finishOidcSecondFactor,
  setupSecondFactor,
  startOidcLink,
} from '@app/contracts';
import { refusalOf, type WireError } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { answerFor, person, signInAt, useOidc } from './support/oidc-people';
import { codeOf, withSecondFactor, wrongCode, type Protected } from './support/second-factor';

const { provider, service } = useOidc();

/** Somebody with a second factor here and the same confirmed address at the provider. */
async function both(): Promise<Protected & { subject: string }> {
  const account = await withSecondFactor(service());
  await service().sql('UPDATE users SET email_verified_at = now() WHERE user_id = $1', [
    account.user.user_id,
  ]);
  return { ...account, subject: person(provider(), { email: account.email }).subject };
}

/** As far as the question for the code. */
async function asked({ subject }: { subject: string }) {
  const body = await answerFor(service(), provider(), subject);
  const refusal = await refusalOf(service().as().call(finishOidc, { body }));
  expect(refusal).toMatchObject({ code: 'SECOND_FACTOR_REQUIRED', status: 401, fields: ['code'] });
  return { state: body.state, browserKey: body.browserKey };
}

const finish = (body: { state: string; browserKey: string; code: string }) =>
  service().as().call(finishOidcSecondFactor, { body });

describe('a second factor on top of the provider', () => {
  it('is asked for, and completes the sign-in once', async () => {
    const account = await both();
    const keys = await asked(account);
    const session = await finish({ ...keys, code: codeOf(account.secret) });
    expect(session.user.user_id).toBe(account.user.user_id);
    const [code = ''] = account.recoveryCodes;
    expect((await refusalOf(finish({ ...keys, code }))).code).toBe('AUTH_INVALID');
  });

  it('may be a recovery code, and may be mistyped', async () => {
    const account = await both();
    const keys = await asked(account);
    const refusal = await refusalOf(finish({ ...keys, code: wrongCode(account.secret) }));
    expect(refusal).toMatchObject({ code: 'AUTH_INVALID', fields: ['code'] });
    await finish({ ...keys, code: account.recoveryCodes[0] ?? '' });
  });

  it('is limited like at the password', async () => {
    const account = await both();
    const keys = await asked(account);
    const codes = await Promise.all(
      Array.from({ length: 10 }, () =>
        refusalOf(finish({ ...keys, code: wrongCode(account.secret) })).then(({ code }) => code),
      ),
    );
    expect(codes.filter((code) => code === 'AUTH_INVALID')).toHaveLength(5);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(5);
  });

  it('cannot be shown by another browser, too late, or before the provider has spoken', async () => {
    const account = await both();
    const code = codeOf(account.secret);
    const keys = await asked(account);
    const other = await asked(account);
    expect((await refusalOf(finish({ ...keys, browserKey: other.browserKey, code }))).code).toBe(
      'AUTH_INVALID',
    );
    const early = await answerFor(service(), provider(), account.subject);
    const { state, browserKey } = early;
    expect((await refusalOf(finish({ state, browserKey, code }))).code).toBe('AUTH_INVALID');
    await service().sql(`UPDATE oidc_flows SET expires_at = now() - interval '1 second'`);
    expect((await refusalOf(finish({ ...keys, code }))).code).toBe('AUTH_INVALID');
  });

  it('of many right codes at once lets one in', async () => {
    const account = await both();
    const keys = await asked(account);
    const results = await Promise.all(
      account.recoveryCodes.slice(0, 5).map((code) =>
        finish({ ...keys, code }).then(
          () => 'ok',
          (error: unknown) => (error as WireError).code,
        ),
      ),
    );
    expect(results.filter((result) => result === 'ok')).toHaveLength(1);
  });

  it('does not help a suspended account', async () => {
    const account = await both();
    const keys = await asked(account);
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [account.user.user_id]);
    expect((await refusalOf(finish({ ...keys, code: codeOf(account.secret) }))).code).toBe('AUTH_INVALID');
  });

  it('and a link need a password, which an account from the provider does not have', async () => {
    const { accessToken } = await signInAt(service(), provider(), person(provider()).subject);
    const caller = service().as(accessToken);
    const body = { password: 'anything' };
    for (const route of [setupSecondFactor, startOidcLink]) {
      expect(await refusalOf(caller.call(route as typeof startOidcLink, { body }))).toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('forgot-password'),
      });
    }
    expect((await refusalOf(caller.call(enableSecondFactor, { body: { code: '123456' } }))).code).toBe(
      'CONFLICT',
    );
  });
});
