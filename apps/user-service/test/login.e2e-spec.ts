import { hash } from '@node-rs/argon2';
import { login } from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, registered } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService({ ACCESS_TOKEN_TTL: '120' });

const tryLogin = (body: unknown) => service().as().request('/auth/login', { method: 'POST', body });

describe('login', () => {
  it('gives tokens that say who it is', async () => {
    const user = await registered(service());
    const session = await service()
      .as()
      .call(login, { body: { email: user.email, password: PASSWORD } });
    expect(session).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.stringMatching(/^[\w-]{43,}$/),
      expiresIn: 120,
      user,
    });
    const principal = await service().app.get(AccessTokens).verify(session.accessToken);
    expect(principal).toMatchObject({ userId: user.user_id, username: user.username, roles: ['member'] });
    expect(principal.expiresAt - Date.now()).toBeLessThanOrEqual(120_000);
  });

  it('goes by email or username, in whatever case', async () => {
    const { email, username, user_id } = await registered(service());
    const names = [
      { email },
      { username },
      { email: email.toUpperCase() },
      { username: username.toUpperCase() },
      { username: email },
    ];
    for (const name of names) {
      const { user } = await service()
        .as()
        .call(login, { body: { ...name, password: PASSWORD } });
      expect(user.user_id).toBe(user_id);
    }
  });

  it('is a session of its own each time', async () => {
    const { email } = await registered(service());
    const tokens = service().app.get(AccessTokens);
    const one = await service()
      .as()
      .call(login, { body: { email, password: PASSWORD } });
    const two = await service()
      .as()
      .call(login, { body: { email, password: PASSWORD } });
    const [first, second] = [await tokens.verify(one.accessToken), await tokens.verify(two.accessToken)];
    expect(first.sessionId).not.toBe(second.sessionId);
  });

  it('stores the device, and no token that could be used', async () => {
    const { email, user_id } = await registered(service());
    const answer = await service()
      .as()
      .request('/auth/login', {
        method: 'POST',
        headers: { 'user-agent': `test ${'x'.repeat(1_000)}` },
        body: { email, password: PASSWORD },
      });
    const { refreshToken } = (answer.body as unknown as { data: { refreshToken: string } }).data;
    const [row] = await service().sql('SELECT * FROM tokens WHERE user_id = $1', [user_id]);
    expect(row).toMatchObject({ user_agent: expect.stringMatching(/^test x{290,295}$/), revoked_at: null });
    expect(row?.address).toMatch(/127\.0\.0\.1$/);
    expect(JSON.stringify(row)).not.toContain(refreshToken);
    expect(row?.refresh_hash).toHaveLength(32);
  });

  it('needs an email or a username', async () => {
    for (const body of [{ password: PASSWORD }, { email: '', username: ' ', password: PASSWORD }]) {
      expect(await tryLogin(body)).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_REQUEST', details: [{ field: 'email' }] } },
      });
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an operator as email', { email: { $gt: '' } }, 'email'],
    ['a NUL in the username', { username: 'a\0b' }, 'username'],
    ['no password', { email: 'a@example.com', password: undefined }, 'password'],
    ['an unknown field', { email: 'a@example.com', admin: true }, 'admin'],
  ])('refuses %s, naming it', async (_name, change, field) => {
    const answer = await tryLogin({ password: PASSWORD, ...change });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field }] } },
    });
  });

  it('answers an unknown user, a wrong password and a suspended account alike', async () => {
    const known = await registered(service());
    const suspended = await registered(service());
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [suspended.user_id]);
    const answers = await Promise.all([
      tryLogin({ email: 'nobody@example.com', password: PASSWORD }),
      tryLogin({ username: 'nobody', password: PASSWORD }),
      tryLogin({ email: known.email, password: 'wrong horse' }),
      tryLogin({ username: known.username, password: 'wrong horse' }),
      tryLogin({ email: suspended.email, password: PASSWORD }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect({ ...body, error: { ...('error' in body && body.error), requestId: '' } }).toEqual({
        ok: false,
        error: { code: 'AUTH_INVALID', message: 'the email, username or password is wrong', requestId: '' },
      });
    }
  });

  it('makes a stronger hash of a weak one', async () => {
    const { email, user_id } = await registered(service());
    const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await service().sql('UPDATE users SET password_hash = $2 WHERE user_id = $1', [user_id, weak]);
    await service()
      .as()
      .call(login, { body: { email, password: PASSWORD } });
    const [row] = await service().sql('SELECT password_hash FROM users WHERE user_id = $1', [user_id]);
    expect(row?.password_hash).toMatch(/m=19456,t=2,p=1/);
    await service()
      .as()
      .call(login, { body: { email, password: PASSWORD } });
    const refusal = await refusalOf(
      service()
        .as()
        .call(login, { body: { email, password: 'wrong horse' } }),
    );
    expect(refusal.code).toBe('AUTH_INVALID');
  });
});
