import {
  getPreferences,
  getUnreadCount,
  postReadAll,
  putPreferences,
  sendMessage,
  verifyEmail,
  type SetPreferencesDto,
} from '@app/contracts';
import { eventually, useSystem, type Actor } from '@app/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { CONFIRM, MailServer } from '../apps/user-service/test/support/mail-server';

const NAME = '<b>Team</b> & "Co"';

describe('email digests, on two instances of the user and the notification service', () => {
  const mailbox = new MailServer();
  const system = useSystem({
    instances: { user: 2, notification: 2 },
    env: async () => {
      await mailbox.start();
      return { SMTP_URL: mailbox.url, DIGEST_POLL_MS: '200', DIGEST_AFTER: '1', DIGEST_EVERY: '1' };
    },
  });
  afterAll(() => mailbox.stop());

  const confirms = async ({ account }: Actor) =>
    system.anonymous.call(verifyEmail, { body: { token: await mailbox.tokenTo(account.email, CONFIRM) } });
  const wants = (actor: Actor, more: Partial<SetPreferencesDto> = {}) =>
    actor.call(putPreferences, { body: { emailDigest: true, ...more } });
  const digestsTo = ({ account }: Actor, text = '') =>
    mailbox.mails.filter(
      (mail) =>
        mail.recipients.includes(account.email) &&
        /unread/.test(mail.subject ?? '') &&
        mail.text?.includes(text),
    );
  const digestOf = (actor: Actor, text?: string) =>
    eventually(
      () => Promise.resolve(digestsTo(actor, text)),
      (mails) => expect(mails.length).toBeGreaterThan(0),
      30_000,
    ).then((mails) => mails[0]!);

  it('tell of each thing that stayed unread once, and end by one click', async () => {
    const [alice, bob, carol, dora, eve] = await system.connected('alice', 'bob', 'carol', 'dora', 'eve');
    await Promise.all([bob, carol, dora].map(confirms));
    await Promise.all([wants(bob), wants(carol, { pushContent: false }), wants(dora), wants(eve)]);
    const { _id: conversationId } = await alice.createGroup([bob, carol, dora, eve], NAME);
    const say = (content: string) => alice.emit(sendMessage, { conversationId, content });
    await say('the first');
    const mail = await digestOf(bob, 'the first');
    expect(mail.text).toContain(`${alice.username} in ${NAME}: the first`);
    expect(mail.html).toContain('&lt;b&gt;Team&lt;/b&gt; &amp; &quot;Co&quot;');
    expect(mail.html).not.toContain('<b>Team');
    expect(JSON.stringify(await digestOf(carol))).not.toMatch(/the first|Team/);

    const link = mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? '';
    const { pathname } = new URL(link.slice(1, -1));
    const page = await fetch(system.gatewayUrl + pathname);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'sha256-");
    expect((await bob.call(getPreferences)).emailDigest).toBe(true);
    const answer = await system.anonymous.request(pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect((await bob.call(getPreferences)).emailDigest).toBe(false);

    await say('the second');
    await digestOf(dora, 'the second');
    expect(digestsTo(bob, 'the second')).toEqual([]);
    expect(digestsTo(bob, 'the first')).toHaveLength(1);
    // Her address is not confirmed.
    expect(digestsTo(eve)).toEqual([]);
  });

  it('tell nothing of what was read before', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    await confirms(bob);
    const { _id: conversationId } = await alice.createGroup([bob]);
    await alice.emit(sendMessage, { conversationId, content: 'read in time' });
    // That, and that he was added.
    await eventually(
      () => bob.call(getUnreadCount),
      ({ count }) => expect(count).toBe(2),
    );
    await bob.call(postReadAll);
    await alice.emit(sendMessage, { conversationId, content: 'still unread' });
    await wants(bob);
    const mail = await digestOf(bob, 'still unread');
    expect(mail.text).not.toContain('read in time');
  });
});
