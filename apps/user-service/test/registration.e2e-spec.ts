import { login, register } from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, someone } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService();

describe('registration', () => {
  it('answers with the account, and nothing secret in it', async () => {
    const form = { ...someone(), confirmPassword: PASSWORD, fullName: 'Ada Lovelace', phone: '+44 20 1234' };
    const answer = await service().as().request('/auth/register', { method: 'POST', body: form });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ok: true,
      data: {
        user_id: expect.any(Number),
        username: form.username,
        email: form.email,
        email_verified: false,
        full_name: 'Ada Lovelace',
        avatar_url: null,
        phone: '+44 20 1234',
        status: 'active',
        last_seen: null,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        updated_at: expect.any(String),
      },
    });
  });

  it('stores argon2id and gives the role of a member', async () => {
    const { user_id } = await service().as().call(register, { body: someone() });
    const [row] = await service().sql(
      `SELECT u.password_hash, array_agg(r.name) AS roles FROM users u JOIN user_role USING (user_id) JOIN roles r USING (role_id)
       WHERE user_id = $1 GROUP BY u.user_id`,
      [user_id],
    );
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(row?.roles).toEqual(['member']);
  });

  it.each(['username', 'email'] as const)('refuses a %s that is taken, in whatever case', async (field) => {
    const form = someone();
    await service().as().call(register, { body: form });
    const again = { ...someone(), [field]: form[field].toUpperCase() };
    const refusal = await refusalOf(service().as().call(register, { body: again }));
    expect(refusal).toMatchObject({ code: 'CONFLICT', status: 409, fields: [field] });
  });

  it('lets exactly one of many at once have a name', async () => {
    const { username } = someone();
    const attempts = Array.from({ length: 8 }, () =>
      service()
        .as()
        .call(register, { body: { ...someone(), username } }),
    );
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map(({ reason }) => (reason as { code: string }).code);
    expect(new Set(refused)).toEqual(new Set(['CONFLICT']));
    const rows = await service().sql('SELECT 1 FROM users WHERE lower(username) = lower($1)', [username]);
    expect(rows).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no email', { email: undefined }, 'email'],
    ['a wrong email', { email: 'nobody' }, 'email'],
    ['a short username', { username: 'ab' }, 'username'],
    ['an at sign in the username', { username: 'a@b.example' }, 'username'],
    ['a short password', { password: 'short' }, 'password'],
    ['a long password', { password: 'x'.repeat(129) }, 'password'],
    ['a common password', { password: 'PassWord123' }, 'password'],
    ['an object as password', { password: { $gt: '' } }, 'password'],
    ['another confirmation', { confirmPassword: 'something else' }, 'confirmPassword'],
    ['a script for an avatar', { avatar_url: 'javascript:alert(1)' }, 'avatar_url'],
    ['a NUL in the name', { fullName: 'Ada\0' }, 'fullName'],
    ['an unknown field', { surprise: 1 }, 'surprise'],
  ])('refuses %s, naming it', async (_name, change, field) => {
    const form = { ...someone(), ...change };
    const { status, body } = await service().as().request('/auth/register', { method: 'POST', body: form });
    expect(status).toBe(400);
    expect(body).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST', details: [{ field }] } });
  });

  it('refuses the username and the email as password', async () => {
    const form = someone();
    for (const password of [form.username.toUpperCase(), form.email]) {
      const refusal = await refusalOf(
        service()
          .as()
          .call(register, { body: { ...form, password } }),
      );
      expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['password'] });
    }
  });

  it.each(['user_id', 'role', 'roles', 'status', 'email_verified', 'password_hash', 'created_at'])(
    'lets nobody set %s',
    async (field) => {
      const form = { ...someone(), [field]: 1 };
      const { body } = await service().as().request('/auth/register', { method: 'POST', body: form });
      expect(body).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST', details: [{ field }] } });
      const refusal = await refusalOf(
        service()
          .as()
          .call(login, { body: { email: form.email, password: PASSWORD } }),
      );
      expect(refusal.code).toBe('AUTH_INVALID');
    },
  );

  it.each<[string, string, string]>([
    ['broken JSON', '{"username":', 'body'],
    ['a list', '[]', 'payload'],
    ['a bare string', '"x"', 'body'],
    ['a prototype', '{"__proto__":{"status":"active"}}', '__proto__'],
  ])('refuses %s', async (_name, body, field) => {
    const answer = await service().as().request('/auth/register', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST', details: [{ field }] } });
  });

  it('refuses a body beyond 256 KiB', async () => {
    const body = { ...someone(), fullName: 'x'.repeat(300_000) };
    const answer = await service().as().request('/auth/register', { method: 'POST', body });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'PAYLOAD_TOO_LARGE' } } });
  });
});
