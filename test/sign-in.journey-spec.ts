import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { login, register, verifyEmail } from '@app/contracts';
import { eventually, refusalOf, useSystem } from '@app/testing';
import PostalMime from 'postal-mime';
import { afterAll, describe, expect, it } from 'vitest';

const PAGE = 'https://app.example.com';
const PASSWORD = 'correct horse battery staple';

describe('signing in, through the gateway, with two user services', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mails-'));
  const system = useSystem({
    instances: { user: 2 },
    env: { MAIL_DIR: folder, ALLOWED_ORIGINS: PAGE },
  });
  afterAll(() => rm(folder, { recursive: true }));

  const post = (where: string, body: object, headers: Record<string, string> = {}) =>
    system.anonymous.request(where, { method: 'POST', headers, body });

  const mailTo = async (address: string) => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
    const mails = files.map(async (file) => ({
      file,
      ...(await PostalMime.parse(await readFile(path.join(folder, file)))),
    }));
    return (await Promise.all(mails)).find(({ to }) => to?.some((each) => each.address === address));
  };

  it('10,000 passwords from addresses that the attacker makes up are one attack', async () => {
    const { account } = await system.user('victim');
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, n) =>
        post(
          '/auth/login',
          { email: account.email, password: `wrong horse ${n}` },
          { 'x-forwarded-for': `198.51.100.${n}`, 'x-real-ip': `198.51.100.${n}` },
        ),
      ),
    );
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(7);
    const { email, refreshToken } = account;
    const stranger = system.anonymous.call(login, { body: { email, password: PASSWORD } });
    expect(await refusalOf(stranger)).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    const known = { email, password: PASSWORD, refreshToken };
    expect((await system.anonymous.call(login, { body: known })).user.email).toBe(email);
  });

  it('a browser is signed in by cookie, on any instance, for pages that are listed', async () => {
    const { account } = await system.user('browser');
    const { email, password } = account;
    const answer = await post('/auth/login', { email, password, cookie: true }, { origin: PAGE });
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    let [cookie = ''] = answer.headers.getSetCookie();
    for (let time = 0; time < 4; time += 1) {
      const [pair = ''] = cookie.split(';');
      const next = await post('/api/v1/auth/refresh', {}, { origin: PAGE, cookie: pair });
      expect(next.status).toBe(200);
      [cookie = ''] = next.headers.getSetCookie();
    }
    const [pair = ''] = cookie.split(';');
    const foreign = await post('/auth/refresh', {}, { origin: 'https://evil.example', cookie: pair });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('an address is confirmed by the mail that was written, of which the log has the name only', async () => {
    const form = { username: 'newcomer', email: 'newcomer@example.com', password: PASSWORD };
    await system.anonymous.call(register, { body: form });
    const mail = await eventually(
      () => mailTo(form.email),
      (found) => expect(found).toBeDefined(),
    );
    const token = /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
    await system.anonymous.call(verifyEmail, { body: { token } });
    const session = await system.anonymous.call(login, { body: { email: form.email, password: PASSWORD } });
    expect(session.user.email_verified).toBe(true);

    const lines = await eventually(
      () => Promise.resolve([...system.output('user-1'), ...system.output('user-2')].join('\n')),
      (text) => expect(text).toContain(mail?.file),
    );
    for (const secret of [token, form.email, PASSWORD, session.refreshToken, session.accessToken])
      expect(lines).not.toContain(secret);
  });
});
