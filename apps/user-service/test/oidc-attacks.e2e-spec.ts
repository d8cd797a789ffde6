import { randomBytes } from 'node:crypto';
import { finishOidc, startOidc } from '@app/contracts';
import { refusalOf, type WireError } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { answerFor, person, signInAt, useOidc } from './support/oidc-people';

const { provider, service } = useOidc();

type Answer = Awaited<ReturnType<typeof answerFor>>;

const finish = (body: Answer) => service().as().call(finishOidc, { body });
const secret = () => randomBytes(32).toString('base64url');

/** Somebody new, as far as back from the provider. */
async function back(): Promise<Answer> {
  return answerFor(service(), provider(), person(provider()).subject);
}

/** What is refused signs nobody in, and the same in order would have. */
async function expectRefused(change: (answer: Answer) => Partial<Answer>): Promise<void> {
  const answer = await back();
  expect((await refusalOf(finish({ ...answer, ...change(answer) }))).code).toBe('AUTH_INVALID');
}

describe('coming back from the provider', () => {
  it('counts once', async () => {
    const answer = await back();
    await finish(answer);
    expect((await refusalOf(finish(answer))).code).toBe('AUTH_INVALID');
  });

  it('counts once when it is posted twenty times at once', async () => {
    const answer = await back();
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        finish(answer).then(
          () => 'ok',
          (error: unknown) => (error as WireError).code,
        ),
      ),
    );
    expect(results.sort()).toEqual([...Array.from({ length: 19 }, () => 'AUTH_INVALID'), 'ok']);
  });

  it('is refused with another state', async () => {
    await expectRefused(() => ({ state: secret() }));
  });

  it('is refused in a browser that has not begun it, and still works in the one that has', async () => {
    const answer = await back();
    const victim = await service().as().call(startOidc);
    for (const browserKey of [secret(), victim.browserKey]) {
      expect((await refusalOf(finish({ ...answer, browserKey }))).code).toBe('AUTH_INVALID');
    }
    await finish(answer);
  });

  it('is refused with the state of another sign-in of the same browser', async () => {
    const other = await service().as().call(startOidc);
    await expectRefused(() => ({ state: other.state, browserKey: other.browserKey }));
  });

  it('is refused with a code that the provider did not give, or gave for another sign-in', async () => {
    await expectRefused(() => ({ code: secret() }));
    const other = await back();
    await expectRefused(() => ({ code: other.code }));
  });

  it('is refused when the ID token was made for another nonce', async () => {
    const { subject } = person(provider());
    const { url, browserKey } = await service().as().call(startOidc);
    const changed = new URL(url);
    changed.searchParams.set('nonce', secret());
    const parameters = await provider().signIn(changed.href, subject);
    const body = { ...parameters, browserKey } as Answer;
    expect((await refusalOf(finish(body))).code).toBe('AUTH_INVALID');
  });

  it('is refused when it claims to come from another provider, or does not say from which', async () => {
    await expectRefused(() => ({ iss: 'https://evil.example.com' }));
    await expectRefused(() => ({ iss: undefined }));
  });

  it('is refused when it took too long', async () => {
    const answer = await back();
    await service().sql(`UPDATE oidc_flows SET expires_at = now() - interval '1 second'`);
    expect((await refusalOf(finish(answer))).code).toBe('AUTH_INVALID');
    await service().as().call(startOidc);
    expect(await service().sql('SELECT 1 FROM oidc_flows WHERE expires_at < now()')).toEqual([]);
  });

  it('is refused when the user has thought better of it', async () => {
    const { url, browserKey } = await service().as().call(startOidc);
    const parameters = await provider().refuse(url);
    expect(parameters).toMatchObject({ error: 'access_denied' });
    const body = { ...parameters, browserKey } as Answer;
    expect((await refusalOf(finish(body))).code).toBe('AUTH_INVALID');
    expect((await refusalOf(finish({ ...body, error: undefined, code: secret() }))).code).toBe(
      'AUTH_INVALID',
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no state', { state: undefined }, 'state'],
    ['an operator as state', { state: { $ne: '' } }, 'state'],
    ['a state of another form', { state: '1' }, 'state'],
    ['no browser key', { browserKey: undefined }, 'browserKey'],
    ['neither code nor error', { code: undefined }, 'code'],
    ['a huge code', { code: 'x'.repeat(3_000) }, 'code'],
    ['a user', { user_id: 1 }, 'user_id'],
    ['an email', { email: 'a@example.com' }, 'email'],
  ])('refuses %s, naming it', async (_what, change, field) => {
    const body = { state: secret(), browserKey: secret(), code: 'c', ...change };
    const answer = await service().as().request('/auth/oidc/callback', { method: 'POST', body });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field }] } },
    });
  });

  it('leaves nothing in the database that would help to finish a sign-in', async () => {
    const { url, state, browserKey } = await service().as().call(startOidc);
    const nonce = new URL(url).searchParams.get('nonce') ?? '';
    const rows = await service().sql('SELECT * FROM oidc_flows');
    const bytes = rows.flatMap((row) => Object.values(row).filter(Buffer.isBuffer));
    expect(bytes.length).toBeGreaterThanOrEqual(3);
    for (const text of [state, browserKey, nonce]) {
      const encodings = [Buffer.from(text), Buffer.from(text, 'base64url')];
      for (const stored of bytes)
        for (const encoded of encodings) expect(stored.includes(encoded)).toBe(false);
    }
  });

  it('leaves no token of the provider in the database', async () => {
    const { subject } = person(provider());
    const { user } = await signInAt(service(), provider(), subject);
    const [row] = await service().sql('SELECT * FROM oidc_identities WHERE user_id = $1', [user.user_id]);
    expect(Object.keys(row ?? {}).sort()).toEqual([
      'identity_id',
      'issuer',
      'last_used',
      'linked_at',
      'subject',
      'user_id',
    ]);
  });
});
