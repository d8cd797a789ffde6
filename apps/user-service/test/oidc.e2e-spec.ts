import { finishOidc, getMe, getOidc, login, startOidc } from '@app/contracts';
import { refusalOf } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountWith, answerFor, person, signInAt, useOidc } from './support/oidc-people';
import { PASSWORD } from './support/people';
import { UserService } from './support/user-service';

const { provider, service, mailbox } = useOidc();

const finish = (body: Awaited<ReturnType<typeof answerFor>>) => service().as().call(finishOidc, { body });

const identitiesOf = (userId: number) =>
  service().sql('SELECT issuer, subject FROM oidc_identities WHERE user_id = $1', [userId]);

describe('signing in at a provider', () => {
  it('is offered by name', async () => {
    expect(await service().as().call(getOidc)).toEqual({ name: 'Test provider' });
  });

  it('goes by authorization code with PKCE, state and nonce', async () => {
    const { url, state, browserKey, expiresIn } = await service().as().call(startOidc);
    const { origin, searchParams } = new URL(url);
    expect(origin).toBe(provider().issuer);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'chat',
      redirect_uri: 'https://app.example.com/oidc/callback',
      response_type: 'code',
      scope: 'openid email profile',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      state,
    });
    expect(expiresIn).toBe(600);
    expect(url).not.toContain(browserKey);
  });

  it('opens an account for somebody new, without a password', async () => {
    const { subject, email } = person(provider(), { preferred_username: 'Zoë M.', name: 'Zoë Müller' });
    const session = await signInAt(service(), provider(), subject);
    expect(session.user).toMatchObject({
      email,
      username: 'ZoëM.',
      full_name: 'Zoë Müller',
      status: 'active',
    });
    expect((await service().as(session.accessToken).call(getMe)).user_id).toBe(session.user.user_id);
    const [row] = await service().sql('SELECT * FROM users WHERE user_id = $1', [session.user.user_id]);
    expect(row?.email_verified_at).toBeInstanceOf(Date);
    for (const password of ['-', '', 'no password here', String(row?.password_hash)].filter(Boolean)) {
      const refusal = await refusalOf(service().as().call(login, { body: { email, password } }));
      expect(refusal.code).toBe('AUTH_INVALID');
    }
  });

  it('gives a browser its refresh token as a cookie, if it asks for that', async () => {
    const body = await answerFor(service(), provider(), person(provider()).subject);
    const answer = await service()
      .as()
      .request('/auth/oidc/callback', { method: 'POST', body: { ...body, cookie: true } });
    expect(answer).toMatchObject({ status: 200, body: { data: { refreshToken: '' } } });
    expect(answer.headers.get('set-cookie')).toMatch(/^refresh_token=[\w-]{43,};.*HttpOnly/);
  });

  it('the second time leads to the same account, also with another address', async () => {
    const { subject } = person(provider());
    const first = await signInAt(service(), provider(), subject);
    provider().people.set(subject, { email: 'changed@example.com', email_verified: false });
    const second = await signInAt(service(), provider(), subject);
    expect(second.user).toEqual(first.user);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await identitiesOf(first.user.user_id)).toEqual([{ issuer: provider().issuer, subject }]);
  });

  it('finds another username when the suggested one is taken', async () => {
    const taken = await accountWith(service(), { confirmed: true });
    const { subject } = person(provider(), { preferred_username: taken.username.toUpperCase() });
    const { user } = await signInAt(service(), provider(), subject);
    expect(user.user_id).not.toBe(taken.user_id);
    expect(user.username).toMatch(new RegExp(`^${taken.username.toUpperCase()}-\\d{4}$`));
  });

  it('opens one account for somebody new who comes many times at once', async () => {
    const { subject } = person(provider());
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => answerFor(service(), provider(), subject)),
    );
    const sessions = await Promise.all(answers.map(finish));
    expect(new Set(sessions.map(({ user }) => user.user_id)).size).toBe(1);
  });

  it('links to the account with the same address, if both sides have confirmed it, and says so', async () => {
    const user = await accountWith(service(), { confirmed: true });
    const { subject } = person(provider(), { email: user.email.toUpperCase() });
    const session = await signInAt(service(), provider(), subject);
    expect(session.user.user_id).toBe(user.user_id);
    const events = await service().sql('SELECT kind FROM security_events WHERE user_id = $1', [user.user_id]);
    expect(events).toContainEqual({ kind: 'identity.linked' });
    await mailbox.mailTo(user.email, /new way into your account/);
    // The password still works.
    await service()
      .as()
      .call(login, { body: { email: user.email, password: PASSWORD } });
  });

  it('does not link to an account whose address nobody has confirmed: it may be waiting there for its owner', async () => {
    const user = await accountWith(service(), { confirmed: false });
    const { subject } = person(provider(), { email: user.email });
    const refusal = await refusalOf(signInAt(service(), provider(), subject));
    expect(refusal).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('confirm') });
    expect(await identitiesOf(user.user_id)).toEqual([]);
  });

  it.each<[string, object]>([
    ['has not confirmed the address', { email_verified: false }],
    ['says something like it', { email_verified: 'true' }],
    ['says nothing about it', { email_verified: undefined }],
    ['tells no address', { email: undefined }],
    ['tells something else as address', { email: 'nobody' }],
  ])('is refused when the provider %s', async (_what, claims) => {
    const user = await accountWith(service(), { confirmed: true });
    const { subject } = person(provider(), { email: user.email });
    provider().people.set(subject, { ...provider().people.get(subject), ...claims });
    const refusal = await refusalOf(signInAt(service(), provider(), subject));
    expect(refusal.code).toBe('FORBIDDEN');
    expect(await identitiesOf(user.user_id)).toEqual([]);
  });

  it('is refused to a suspended account, known or to be linked', async () => {
    const { subject } = person(provider());
    const known = (await signInAt(service(), provider(), subject)).user;
    const other = await accountWith(service(), { confirmed: true });
    const { subject: newcomer } = person(provider(), { email: other.email });
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = ANY($1)`, [
      [known.user_id, other.user_id],
    ]);
    for (const who of [subject, newcomer]) {
      expect((await refusalOf(signInAt(service(), provider(), who))).code).toBe('AUTH_INVALID');
    }
    expect(await identitiesOf(other.user_id)).toEqual([]);
  });
});

describe('without a provider', () => {
  let plain: UserService;
  beforeAll(async () => {
    plain = await UserService.start({ POSTGRES_URL: service().config.POSTGRES_URL });
  });
  afterAll(() => plain.app.close());

  it('there is nothing to sign in with', async () => {
    const { subject } = person(provider());
    const body = await answerFor(service(), provider(), subject);
    for (const call of [
      plain.as().call(getOidc),
      plain.as().call(startOidc),
      plain.as().call(finishOidc, { body }),
    ]) {
      expect((await refusalOf(call)).code).toBe('NOTFOUND');
    }
  });
});
