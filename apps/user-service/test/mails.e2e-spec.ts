import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { register } from '@app/contracts';
import { eventually } from '@app/testing';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MailTransport } from '../src/mail/mail-transport';
import { CHANGED, CONFIRM, tokenIn } from './support/mail-server';
import { registered, someone } from './support/people';
import { useUserService, UserService } from './support/user-service';
import { useUserServiceWithMail } from './support/user-service-with-mail';

describe('mails by SMTP', () => {
  const { service, mailbox } = useUserServiceWithMail({ APP_URL: 'https://app.example.com' });
  const queued = (userId: number) => service().sql('SELECT * FROM mails WHERE user_id = $1', [userId]);
  const dueNow = (userId: number) =>
    service().sql('UPDATE mails SET due_at = now() WHERE user_id = $1', [userId]);
  const gone = (userId: number) =>
    eventually(
      () => queued(userId),
      (rows) => expect(rows).toEqual([]),
      60_000,
    );

  it('go to the new user alone, as plain text with a link', async () => {
    const { email, username, user_id } = await registered(service());
    const mail = await mailbox.mailTo(email, CONFIRM);
    expect(mail.recipients).toEqual([email]);
    expect(mail.to).toEqual([{ name: username, address: email }]);
    expect(mail.from).toEqual({ name: 'Chat', address: 'no-reply@localhost' });
    expect(mail.html).toBeUndefined();
    expect(mail.text).toContain(`Hello ${username},`);
    expect(mail.text).toContain(`https://app.example.com/verify-email#token=${tokenIn(mail)}`);
    await gone(user_id);
  });

  it('leave neither address nor token in the queue, and only a hash of the token anywhere', async () => {
    const { email, user_id } = await registered(service());
    const [row] = await queued(user_id);
    expect(Object.keys(row ?? {}).sort()).toEqual(
      ['attempts', 'created_at', 'due_at', 'kind', 'mail_id', 'user_id'].sort(),
    );
    const token = await mailbox.tokenTo(email, CONFIRM);
    const stored = await service().sql('SELECT * FROM mail_tokens WHERE user_id = $1', [user_id]);
    expect(stored).toHaveLength(1);
    expect(stored[0]?.token_hash).toHaveLength(32);
    expect(JSON.stringify(stored)).not.toContain(token);
  });

  it('wait while the server is away, and arrive exactly once when it is back', async () => {
    await mailbox.stop();
    const sending = vi.spyOn(service().app.get(MailTransport), 'send');
    const form = someone();
    const started = Date.now();
    const { user_id } = await service().as().call(register, { body: form });
    expect(Date.now() - started).toBeLessThan(8_000);
    // Counted when it begins; the server must not come back before it has failed.
    await vi.waitFor(() => expect(sending.mock.settledResults[0]?.type).toBe('rejected'), 20_000);
    expect(await queued(user_id)).toMatchObject([{ attempts: 1 }]);
    await mailbox.start();
    await dueNow(user_id);
    await gone(user_id);
    const mails = mailbox.mails.filter(({ recipients }) => recipients.includes(form.email));
    expect(mails).toHaveLength(1);
    expect(await service().sql('SELECT 1 FROM mail_tokens WHERE user_id = $1', [user_id])).toHaveLength(2);
  });

  it('are sent once each, however many instances there are', async () => {
    const { POSTGRES_URL, SMTP_URL } = service().config;
    const others = await Promise.all([1, 2].map(() => UserService.start({ POSTGRES_URL, SMTP_URL })));
    try {
      const { email, user_id } = await registered(service());
      await service().sql(
        `INSERT INTO mails (kind, user_id) SELECT 'password-changed', $1 FROM generate_series(1, 200)`,
        [user_id],
      );
      await gone(user_id);
      const sent = mailbox.mails.filter(
        (mail) => mail.recipients[0] === email && CHANGED.test(mail.subject ?? ''),
      );
      expect(sent).toHaveLength(200);
      expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(200);
    } finally {
      await Promise.all(others.map(({ app }) => app.close()));
    }
  });

  it('are given up when the server knows the recipient and does not want them, and tried again when it is busy', async () => {
    const [unwanted, busy] = [someone(), someone()];
    mailbox.refused.set(unwanted.email, 550);
    mailbox.refused.set(busy.email, 451);
    const refused = await service().as().call(register, { body: unwanted });
    const delayed = await service().as().call(register, { body: busy });
    await gone(refused.user_id);
    await eventually(
      () => queued(delayed.user_id),
      ([row]) => expect(row?.attempts).toBe(1),
    );
    mailbox.refused.clear();
    await dueNow(delayed.user_id);
    await mailbox.mailTo(busy.email, CONFIRM);
  });

  it('are given up in the end', async () => {
    const form = someone();
    mailbox.refused.set(form.email, 451);
    const { user_id } = await service().as().call(register, { body: form });
    await service().sql('UPDATE mails SET attempts = 15, due_at = now() WHERE user_id = $1', [user_id]);
    await gone(user_id);
    expect(mailbox.mails.filter(({ recipients }) => recipients.includes(form.email))).toEqual([]);
  });

  it('are not sent to whom they are of no use', async () => {
    const suspended = await registered(service());
    await mailbox.mailTo(suspended.email, CONFIRM);
    await gone(suspended.user_id);
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [suspended.user_id]);
    await service().sql(`INSERT INTO mails (kind, user_id) VALUES ('password-changed', $1)`, [
      suspended.user_id,
    ]);
    await gone(suspended.user_id);
    expect(
      mailbox.mails.filter(
        (mail) => mail.recipients[0] === suspended.email && CHANGED.test(mail.subject ?? ''),
      ),
    ).toEqual([]);
  });
});

describe('mails without a server', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mails-'));
  });

  const service = useUserService(() => ({ MAIL_DIR: path.join(folder, 'new', 'folder') }));

  afterAll(() => rm(folder, { recursive: true }));

  it('become files that a mail program opens, for our eyes only', async () => {
    const { email, username } = await registered(service());
    const { MAIL_DIR } = service().config;
    const [name = ''] = await eventually(
      async () => (await readdir(MAIL_DIR)).filter((file) => file.endsWith('.eml')),
      (files) => expect(files).toHaveLength(1),
    );
    expect(name).toMatch(/^\d{4}-\d\d-\d\dT[\d.-]+Z-verify-email-[\w-]+\.eml$/);
    expect((await stat(path.join(MAIL_DIR, name))).mode & 0o777).toBe(0o600);
    const mail = await PostalMime.parse(await readFile(path.join(MAIL_DIR, name)));
    expect(mail.to).toEqual([{ name: username, address: email }]);
    expect(mail.subject).toMatch(CONFIRM);
    expect(tokenIn(mail)).toMatch(/^[\w-]{43}$/);
  });
});
