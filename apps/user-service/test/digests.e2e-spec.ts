import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { DigestDto } from '@app/contracts';
import { eventually } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DigestSource } from './support/digest-source';
import { MailServer } from './support/mail-server';
import { registered } from './support/people';
import { useUserService, type UserService } from './support/user-service';

const UNREAD = /unread/;
const TOKEN = '7.signature';
const LINK = `https://chat.example.com/unsubscribe/${TOKEN}`;
const EVIL = '<img src=x onerror=alert(1)>\r\nBcc: eve@example.com\r\n\r\n.\r\n';

const digest = (entries: DigestDto['entries']): DigestDto => ({
  total: 3,
  more: false,
  entries,
  unsubscribeToken: TOKEN,
});
const one = digest([{ title: 'alice in Team A', content: 'Hello!', count: 3 }]);

const confirmed = async (service: UserService) => {
  const user = await registered(service);
  await service.sql(`UPDATE users SET email_verified_at = now() WHERE user_id = $1`, [user.user_id]);
  return user;
};

describe('digests', () => {
  const source = new DigestSource();
  const mailbox = new MailServer();
  let where = '';
  beforeAll(async () => {
    where = await source.listen();
    await mailbox.start();
  });
  const service = useUserService(() => ({
    SMTP_URL: mailbox.url,
    NOTIFICATION_SERVICE_URL: where,
    DIGEST_POLL_MS: '100',
    PUBLIC_URL: 'https://chat.example.com',
    APP_URL: 'https://app.example.com',
  }));
  afterAll(async () => {
    await mailbox.stop();
    await source.close();
  });

  const settled = (claim: string) =>
    eventually(
      () => Promise.resolve(source.settled.filter((each) => each.claim === claim)),
      (found) => expect(found).toHaveLength(1),
    ).then(([found]) => found);
  const digestsTo = (address: string) =>
    mailbox.mails.filter((mail) => mail.recipients.includes(address) && UNREAD.test(mail.subject ?? ''));

  it('go to the confirmed address, with a way out of them that mail programs know', async () => {
    const { email, username, user_id } = await confirmed(service());
    source.offer(user_id, 'first', one);
    const mail = await mailbox.mailTo(email, UNREAD);
    expect(mail).toMatchObject({ recipients: [email], to: [{ name: username, address: email }] });
    expect(mail.subject).toBe('You have 3 unread notifications');
    expect(mail.text).toContain('- alice in Team A (3): Hello!');
    expect(mail.text).toContain(`No more of them: ${LINK}`);
    expect(mail.html).toContain(`<a href="${LINK}">`);
    const headers = new Map(mail.headers.map(({ key, value }) => [key, value]));
    expect(headers.get('list-unsubscribe')).toBe(`<${LINK}>`);
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(mail.messageId).toBe('<first@localhost>');
    expect(await settled('first')).toEqual({ userId: user_id, claim: 'first', outcome: 'sent' });
    expect(source.heard).not.toContain(email);
  });

  it('carry what others have written as text, and in their body only', async () => {
    const { email, user_id } = await confirmed(service());
    source.offer(user_id, 'evil', digest([{ title: EVIL, content: EVIL, count: 1 }]));
    const mail = await mailbox.mailTo(email, UNREAD);
    await settled('evil');
    expect(mail.recipients).toEqual([email]);
    expect(mail.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(mail.text).toContain('- <img src=x onerror=alert(1)> Bcc: eve@example.com .: <img');
    expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt; Bcc: eve@example.com');
    expect(mail.html).not.toContain('<img');
    expect(mail.html).toContain('No more of them');
  });

  it('are not even taken for those whom nobody may write to', async () => {
    const unconfirmed = await registered(service());
    const suspended = await confirmed(service());
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [suspended.user_id]);
    const claims = { unconfirmed: unconfirmed.user_id, suspended: suspended.user_id, nobody: 2_000_000_000 };
    for (const [claim, userId] of Object.entries(claims)) source.offer(userId, claim, one);
    for (const claim of Object.keys(claims)) expect((await settled(claim))?.outcome).toBe('skipped');
    expect(source.taken.filter(({ claim }) => claim in claims)).toEqual([]);
    expect([...digestsTo(unconfirmed.email), ...digestsTo(suspended.email)]).toEqual([]);
  });

  it('are put back when the mail server has not taken them, and given up when it knows that nobody wants them', async () => {
    const [busy, unwanted] = [await confirmed(service()), await confirmed(service())];
    mailbox.refused.set(busy.email, 451).set(unwanted.email, 550);
    source.offer(busy.user_id, 'busy', one);
    source.offer(unwanted.user_id, 'unwanted', one);
    expect((await settled('busy'))?.outcome).toBe('later');
    expect((await settled('unwanted'))?.outcome).toBe('refused');
  });

  it('are not taken while there is no mail server', async () => {
    const { email, user_id } = await confirmed(service());
    await mailbox.stop();
    source.offer(user_id, 'too early', one);
    // Whoever comes to this one has given up on the first.
    source.offer(2_000_000_000, 'the next', one);
    await eventually(
      () => Promise.resolve(source.offersLeft),
      (left) => expect(left).toBe(0),
    );
    await mailbox.start();
    source.offer(user_id, 'in time', one);
    await settled('in time');
    expect(source.taken.filter(({ userId }) => userId === user_id)).toMatchObject([{ claim: 'in time' }]);
    expect(digestsTo(email)).toHaveLength(1);
  });
});

/** Takes a mail to its last dot and says nothing more. */
function speechless(): Server {
  return createServer((socket) => {
    let isData = false;
    socket.write('220 here\r\n');
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (line: string) => {
      if (isData) {
        if (line.endsWith('\r\n.\r\n')) socket.destroy();
        return;
      }
      isData = line.startsWith('DATA');
      socket.write(isData ? '354 go on\r\n' : line.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n');
    });
  });
}

describe('a digest of which the mail server has not said whether it took it', () => {
  const source = new DigestSource();
  const server = speechless();
  let settings: Record<string, string> = {};
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    settings = {
      SMTP_URL: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      NOTIFICATION_SERVICE_URL: await source.listen(),
      DIGEST_POLL_MS: '100',
    };
  });
  const service = useUserService(() => settings);
  afterAll(async () => {
    server.close();
    await source.close();
  });

  it('is not sent again: it may have arrived', async () => {
    const { user_id } = await confirmed(service());
    source.offer(user_id, 'lost', one);
    await eventually(
      async () => (await fetch(`${service().origin}/metrics`)).text(),
      (metrics) => expect(metrics).toContain('digest_mails_total{outcome="unknown"} 1'),
      30_000,
    );
    expect(source.taken).toMatchObject([{ claim: 'lost' }]);
    expect(source.settled).toEqual([]);
  });
});
