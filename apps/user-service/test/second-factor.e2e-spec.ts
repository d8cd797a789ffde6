import {
  disableSecondFactor,
  enableSecondFactor,
  getMe,
  getSecondFactor,
  login,
  renewRecoveryCodes,
  setupSecondFactor,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { URI } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { PASSWORD, signedIn } from './support/people';
import { codeOf, forgetSteps, withSecondFactor, wrongCode } from './support/second-factor';
import { useUserServiceWithMail } from './support/user-service-with-mail';

const { service, mailbox } = useUserServiceWithMail({ TOTP_ISSUER: 'Test Chat' });

const signIn = (username: string, code?: string, password = PASSWORD) =>
  service()
    .as()
    .call(login, { body: { username, password, ...(code !== undefined && { code }) } });

const eventsOf = async (userId: number) =>
  (
    await service().sql('SELECT kind FROM security_events WHERE user_id = $1 ORDER BY event_id', [userId])
  ).map(({ kind }) => kind);

describe('setting up a second factor', () => {
  it('gives a secret for an app, which does not count before a code has proved it', async () => {
    const { accessToken, username } = await signedIn(service());
    const caller = service().as(accessToken);
    expect(await caller.call(getSecondFactor)).toEqual({ enabled: false, recoveryCodesLeft: 0 });

    const { secret, uri } = await caller.call(setupSecondFactor, { body: { password: PASSWORD } });
    expect(URI.parse(uri)).toMatchObject({ issuer: 'Test Chat', label: username, digits: 6, period: 30 });
    expect(uri).toContain(`secret=${secret}`);
    expect(await caller.call(getSecondFactor)).toEqual({ enabled: false, recoveryCodesLeft: 0 });
    await signIn(username);

    const { recoveryCodes } = await caller.call(enableSecondFactor, { body: { code: codeOf(secret) } });
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^(\w{4}-){2}\w{4}$/);
    expect(await caller.call(getSecondFactor)).toEqual({ enabled: true, recoveryCodesLeft: 10 });
    expect(await refusalOf(signIn(username))).toMatchObject({ code: 'SECOND_FACTOR_REQUIRED' });
  });

  it('ends no session', async () => {
    const { accessToken, username } = await withSecondFactor(service());
    expect((await service().as(accessToken).call(getMe)).username).toBe(username);
  });

  it('needs the password', async () => {
    const { accessToken } = await signedIn(service());
    const caller = service().as(accessToken);
    const refusal = await refusalOf(caller.call(setupSecondFactor, { body: { password: 'wrong horse' } }));
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['password'] });
    const missing = await caller.request('/auth/2fa/setup', { method: 'POST', body: {} });
    expect(missing).toMatchObject({ status: 400, body: { error: { details: [{ field: 'password' }] } } });
    const early = await refusalOf(caller.call(enableSecondFactor, { body: { code: '123456' } }));
    expect(early.code).toBe('CONFLICT');
  });

  it('needs a session', async () => {
    for (const path of ['setup', 'enable', 'disable', 'recovery-codes']) {
      const answer = await service().as().request(`/auth/2fa/${path}`, { method: 'POST', body: {} });
      expect(answer.status).toBe(401);
    }
    expect((await service().as().request('/auth/2fa')).status).toBe(401);
  });

  it('is not done with a wrong code', async () => {
    const { accessToken, username } = await signedIn(service());
    const caller = service().as(accessToken);
    const { secret } = await caller.call(setupSecondFactor, { body: { password: PASSWORD } });
    for (const code of [wrongCode(secret), codeOf(secret, 5)]) {
      const refusal = await refusalOf(caller.call(enableSecondFactor, { body: { code } }));
      expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['code'] });
    }
    expect(await caller.call(getSecondFactor)).toEqual({ enabled: false, recoveryCodesLeft: 0 });
    await signIn(username);
  });

  it('once more before it counts: the latest secret is the one', async () => {
    const { accessToken } = await signedIn(service());
    const caller = service().as(accessToken);
    const first = await caller.call(setupSecondFactor, { body: { password: PASSWORD } });
    const second = await caller.call(setupSecondFactor, { body: { password: PASSWORD } });
    const refusal = await refusalOf(
      caller.call(enableSecondFactor, { body: { code: codeOf(first.secret) } }),
    );
    expect(refusal.fields).toEqual(['code']);
    await caller.call(enableSecondFactor, { body: { code: codeOf(second.secret) } });
  });

  it('once more when it counts: CONFLICT', async () => {
    const { accessToken, secret } = await withSecondFactor(service());
    const caller = service().as(accessToken);
    const setup = await refusalOf(caller.call(setupSecondFactor, { body: { password: PASSWORD } }));
    expect(setup.code).toBe('CONFLICT');
    const enable = await refusalOf(caller.call(enableSecondFactor, { body: { code: codeOf(secret) } }));
    expect(enable.code).toBe('CONFLICT');
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ['an unknown field', 'setup', { password: PASSWORD, user_id: 1 }, 'user_id'],
    ['a secret of the caller', 'enable', { code: '123456', secret: 'JBSWY3DPEHPK3PXP' }, 'secret'],
    ['an operator as code', 'enable', { code: { $ne: '' } }, 'code'],
    ['a number as code', 'enable', { code: 123_456 }, 'code'],
    ['a code of another form', 'enable', { code: '12' }, 'code'],
    ['no code', 'disable', { password: PASSWORD }, 'code'],
    ['no password', 'disable', { code: '123456' }, 'password'],
    ['no password', 'recovery-codes', { code: '123456' }, 'password'],
  ])('refuses %s at %s, naming it', async (_name, path, body, field) => {
    const { accessToken } = await signedIn(service());
    const answer = await service().as(accessToken).request(`/auth/2fa/${path}`, { method: 'POST', body });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field }] } },
    });
  });
});

describe('signing in with a second factor', () => {
  it('asks for a code only whoever has the password', async () => {
    const { username, secret } = await withSecondFactor(service());
    const required = await refusalOf(signIn(username));
    expect(required).toMatchObject({ code: 'SECOND_FACTOR_REQUIRED', status: 401, fields: ['code'] });
    for (const code of [undefined, wrongCode(secret), codeOf(secret)]) {
      const refusal = await refusalOf(signIn(username, code, 'wrong horse'));
      expect(refusal).toMatchObject({ code: 'AUTH_INVALID', fields: [] });
    }
  });

  it('takes a code of the app, once', async () => {
    const { username, secret, user } = await withSecondFactor(service());
    const code = codeOf(secret);
    expect((await signIn(username, `${code.slice(0, 3)} ${code.slice(3)}`)).user).toEqual(user);
    const replay = await refusalOf(signIn(username, code));
    expect(replay).toMatchObject({ code: 'AUTH_INVALID', fields: ['code'] });
    // Nor one of an earlier step.
    expect((await refusalOf(signIn(username, codeOf(secret, -1)))).code).toBe('AUTH_INVALID');
  });

  it('takes a code of a clock that is half a minute off, and of none that is further', async () => {
    const { username, secret, user } = await withSecondFactor(service());
    for (const steps of [-3, 3, 20]) {
      expect((await refusalOf(signIn(username, codeOf(secret, steps)))).fields).toEqual(['code']);
    }
    await signIn(username, codeOf(secret, 1));
    await forgetSteps(service(), user.user_id);
    await signIn(username, codeOf(secret));
  });

  it('takes each recovery code once, however it is typed', async () => {
    const { username, recoveryCodes, accessToken } = await withSecondFactor(service());
    const [first = '', second = ''] = recoveryCodes;
    await signIn(username, first);
    expect(await refusalOf(signIn(username, first))).toMatchObject({
      code: 'AUTH_INVALID',
      fields: ['code'],
    });
    await signIn(username, ` ${second.replaceAll('-', '').toUpperCase()} `);
    expect(await service().as(accessToken).call(getSecondFactor)).toEqual({
      enabled: true,
      recoveryCodesLeft: 8,
    });
  });

  it('takes nobody else’s code', async () => {
    const alice = await withSecondFactor(service());
    const bob = await withSecondFactor(service());
    for (const code of [codeOf(bob.secret), bob.recoveryCodes[0]]) {
      expect((await refusalOf(signIn(alice.username, code))).fields).toEqual(['code']);
    }
  });

  it('ignores a code where there is no second factor', async () => {
    const { username } = await signedIn(service());
    await signIn(username, '123456');
  });
});

describe('a second factor that counts', () => {
  it('is taken away by password and code, not by one of them', async () => {
    const { accessToken, username, secret } = await withSecondFactor(service());
    const caller = service().as(accessToken);
    const wrongs = [
      [{ password: 'wrong horse', code: codeOf(secret) }, 'password'],
      [{ password: PASSWORD, code: wrongCode(secret) }, 'code'],
    ] as const;
    for (const [body, field] of wrongs) {
      const refusal = await refusalOf(caller.call(disableSecondFactor, { body }));
      expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: [field] });
    }
    expect((await caller.call(getSecondFactor)).enabled).toBe(true);

    await caller.call(disableSecondFactor, { body: { password: PASSWORD, code: codeOf(secret) } });
    expect(await caller.call(getSecondFactor)).toEqual({ enabled: false, recoveryCodesLeft: 0 });
    await signIn(username);
    const again = await refusalOf(
      caller.call(disableSecondFactor, { body: { password: PASSWORD, code: codeOf(secret, 1) } }),
    );
    expect(again.code).toBe('CONFLICT');
  });

  it('gives new recovery codes in place of the old ones', async () => {
    const { accessToken, username, secret, recoveryCodes } = await withSecondFactor(service());
    const caller = service().as(accessToken);
    const body = { password: PASSWORD, code: codeOf(secret) };
    const refusal = await refusalOf(
      caller.call(renewRecoveryCodes, { body: { ...body, password: 'wrong horse' } }),
    );
    expect(refusal.fields).toEqual(['password']);
    const renewed = await caller.call(renewRecoveryCodes, { body });
    expect(renewed.recoveryCodes).toHaveLength(10);
    expect((await refusalOf(signIn(username, recoveryCodes[0]))).fields).toEqual(['code']);
    await signIn(username, renewed.recoveryCodes[0]);
  });

  it('is not in clear in the database', async () => {
    const { user, secret, recoveryCodes } = await withSecondFactor(service());
    const rows = [
      ...(await service().sql('SELECT secret AS stored FROM second_factors WHERE user_id = $1', [
        user.user_id,
      ])),
      ...(await service().sql('SELECT code_hash AS stored FROM recovery_codes WHERE user_id = $1', [
        user.user_id,
      ])),
    ];
    expect(rows).toHaveLength(11);
    const clear = [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))];
    for (const { stored } of rows) {
      const bytes = stored as Buffer;
      for (const text of clear) {
        expect(bytes.includes(text)).toBe(false);
        expect(bytes.toString('hex')).not.toContain(Buffer.from(text).toString('hex'));
      }
    }
  });

  it('does not work on another account: its secret is sealed to its owner', async () => {
    const alice = await withSecondFactor(service());
    const mallory = await withSecondFactor(service());
    await service().sql(
      `UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE user_id = $2) WHERE user_id = $1`,
      [alice.user.user_id, mallory.user.user_id],
    );
    const refusal = await refusalOf(signIn(alice.username, codeOf(mallory.secret)));
    expect(refusal.code).toBe('INTERNAL');
  });

  it('is told to the owner by mail when it comes and when it goes', async () => {
    const { email, accessToken, recoveryCodes } = await withSecondFactor(service());
    await mailbox.mailTo(email, /needs a code now/);
    const [code = ''] = recoveryCodes;
    await service()
      .as(accessToken)
      .call(disableSecondFactor, { body: { password: PASSWORD, code } });
    await mailbox.mailTo(email, /needs no code any more/);
  });

  it('leaves its traces in the security log', async () => {
    const { user, username, secret, recoveryCodes, accessToken } = await withSecondFactor(service());
    await refusalOf(signIn(username, wrongCode(secret)));
    await signIn(username, recoveryCodes[0]);
    const caller = service().as(accessToken);
    await caller.call(renewRecoveryCodes, { body: { password: PASSWORD, code: codeOf(secret) } });
    await forgetSteps(service(), user.user_id);
    await caller.call(disableSecondFactor, { body: { password: PASSWORD, code: codeOf(secret) } });
    expect((await eventsOf(user.user_id)).filter((kind) => String(kind).startsWith('second'))).toEqual([
      'second-factor.enabled',
      'second-factor.refused',
      'second-factor.recovered',
      'second-factor.recovery-codes-renewed',
      'second-factor.disabled',
    ]);
    const log = await service().sql('SELECT * FROM security_events WHERE user_id = $1', [user.user_id]);
    for (const text of [secret, ...recoveryCodes]) expect(JSON.stringify(log)).not.toContain(text);
  });
});
