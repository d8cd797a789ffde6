import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  claimDigests,
  messageRemovedEvent,
  settleDigest,
  takeDigest,
  type DigestClaimDto,
  type DigestOutcome,
  type MessageCreatedDto,
} from '@app/contracts';
import { DATABASE } from '@app/mongodb';
import { EventPublisher } from '@app/messaging';
import type { Connection } from 'mongoose';
import { describe, expect, it, vi } from 'vitest';
import {
  asUserService,
  call,
  messageEvent,
  originOf,
  publish,
  useInstances,
} from './support/notification-app';

const HOUR_MS = 3_600_000;
const ALWAYS = { from: '00:00', to: '00:00', timeZone: 'Asia/Tokyo' };

describe('email digests, on two instances', () => {
  const here = useInstances({
    DIGEST_AFTER: 3_600,
    DIGEST_EVERY: 86_400,
    DIGEST_RETRY_MS: 1,
    DIGEST_TRIES: 2,
  });

  const preferences = () => here.app.get<Connection>(DATABASE).collection('notification_preferences');
  const chooses = (body: object = {}, userId = here.me) =>
    call(here.other, userId, 'PUT', '/notifications/preferences', { emailDigest: true, ...body });
  /** Something that is unread for so long; resolves when it stands in the list. */
  const unread = async (preview: string, hours = 2, more: Partial<MessageCreatedDto> = {}) => {
    const at = new Date(Date.now() - hours * HOUR_MS);
    const event = messageEvent({ recipientIds: [here.me], preview, ...more }, at);
    await publish(here.app, event);
    await vi.waitFor(async () => {
      const found = here.app.get<Connection>(DATABASE).collection('notifications');
      expect(await found.countDocuments({ message_id: event.data.messageId })).toBe(
        event.data.recipientIds.length,
      );
    }, 10_000);
    return event.data.messageId;
  };
  /** All that are due, asked for at this instance. */
  const claims = async (app: NestExpressApplication = here.app) => {
    const found: DigestClaimDto[] = [];
    for (let more = true; more;) {
      const some = await asUserService(app).call(claimDigests, { body: { limit: 5 } });
      found.push(...some.claims);
      ({ more } = some);
    }
    return found;
  };
  const mine = async (app?: NestExpressApplication) =>
    (await claims(app)).filter(({ userId }) => userId === here.me);
  const due = async () => {
    const [claim, ...others] = await mine();
    expect(others).toEqual([]);
    if (!claim) throw new Error('no digest is due');
    return claim;
  };
  const take = async (claim: DigestClaimDto, app = here.app) =>
    (await asUserService(app).call(takeDigest, { body: claim })).digest;
  const settle = (claim: DigestClaimDto, outcome: DigestOutcome) =>
    asUserService(here.other).call(settleDigest, { body: { ...claim, outcome } });
  /** As when its time has come. */
  const lookNow = () =>
    preferences().updateOne({ _id: here.me as never }, { $set: { 'digest.at': new Date() } });

  it('are for those who have asked for them, with what stayed unread, once', async () => {
    await unread('hello');
    await chooses({ emailDigest: false });
    expect(await mine()).toEqual([]);
    await chooses();
    const claim = await due();
    expect(await mine(here.other)).toEqual([]);
    const digest = await take(claim);
    expect(digest).toMatchObject({ total: 1, more: false, entries: [{ content: 'hello', count: 1 }] });
    expect(await take(claim, here.other)).toBeNull();
    await settle(claim, 'sent');
    // Neither again nor too early; and nobody gets one earlier by choosing it anew.
    await unread('later', 1);
    expect(await mine()).toEqual([]);
    await chooses({ emailDigest: false });
    await chooses();
    expect(await mine()).toEqual([]);
    await lookNow();
    expect(await take(await due())).toMatchObject({ total: 1, entries: [{ content: 'later' }] });
  });

  it('are claimed and taken by one instance each, however many ask at once', async () => {
    const people = Array.from({ length: 30 }, (_, index) => 10_000 + index);
    await unread('to all of you', 2, { recipientIds: people });
    await Promise.all(people.map((userId) => chooses({}, userId)));
    const all = (await Promise.all([here.app, here.other, here.app, here.other].map(claims))).flat();
    expect(all.map(({ userId }) => userId).sort()).toEqual(people);
    const taken = await Promise.all(all.flatMap((claim) => [take(claim, here.app), take(claim, here.other)]));
    expect(taken.filter((digest) => digest !== null)).toHaveLength(people.length);
  });

  it('tell what is unread when they are taken, and of that what is old enough, wanted and still there', async () => {
    await chooses({ kinds: { reply: { email: false } } });
    const conversationId = '6650f0b1a4b1c2d3e4f50602';
    await unread('the first', 4, { conversationId });
    await unread('the newest', 2, { conversationId });
    // With it, what was said before in that conversation becomes read; so it comes first.
    const read = await unread('read before', 2);
    await unread('too young', 0.5);
    await unread('an answer', 2, { repliedToId: here.me });
    await unread('muted', 2, { quiet: [here.me] });
    const removed = await unread('taken back', 2);
    const claim = await due();
    await call(here.other, here.me, 'POST', `/notifications/${read}:${here.me}/read`);
    const at = new Date();
    await here.app.get(EventPublisher).publish({
      ...{ contract: messageRemovedEvent, id: removed, key: removed, at, traceId: 'trace' },
      data: { ...messageRemovedEvent.example, messageId: removed, ev: 1_000 },
    });
    await vi.waitFor(
      async () =>
        expect(
          (await call(here.app, here.me, 'GET', `/notifications/${removed}:${here.me}`)).data,
        ).toMatchObject({
          title: 'Deleted message',
        }),
      10_000,
    );
    const digest = await take(claim);
    expect(digest).toMatchObject({ total: 2, entries: [{ content: 'the newest', count: 2 }] });
    expect(JSON.stringify(digest)).not.toMatch(/young|answer|muted|read before|taken back/);
  });

  it('are not sent when everything was read before', async () => {
    await chooses();
    await unread('read in time');
    const claim = await due();
    await call(here.other, here.me, 'POST', '/notifications/read-all');
    expect(await take(claim)).toBeNull();
    expect(await mine()).toEqual([]);
  });

  it('say nothing but how much to those who want no content', async () => {
    await chooses({ pushContent: false });
    await unread('the secret');
    const digest = await take(await due());
    expect(digest).toMatchObject({ total: 1, entries: [] });
    expect(JSON.stringify(digest)).not.toMatch(/secret|Team A/);
  });

  it('wait for the end of the quiet hours', async () => {
    await chooses({ doNotDisturb: ALWAYS });
    await unread('in the night');
    expect(await mine()).toEqual([]);
    await chooses({ doNotDisturb: null });
    await lookNow();
    expect((await take(await due()))?.total).toBe(1);
  });

  it('are looked for when the oldest is old enough', async () => {
    await unread('half an hour ago', 0.5);
    await chooses();
    expect(await mine()).toEqual([]);
    const { digest } = (await preferences().findOne({ _id: here.me as never })) as unknown as {
      digest: { at: Date };
    };
    expect(digest.at.getTime() - Date.now()).toBeGreaterThan(0.4 * HOUR_MS);
    expect(digest.at.getTime() - Date.now()).toBeLessThan(0.5 * HOUR_MS);
  });

  it('come again when the mail server has not taken them, as they are by then, and not for ever', async () => {
    await chooses();
    const first = await unread('read meanwhile');
    await unread('still there');
    const claim = await due();
    expect(await take(claim)).toMatchObject({ total: 2 });
    await settle(claim, 'later');
    // Once, however often it is said.
    await settle(claim, 'later');
    await call(here.app, here.me, 'POST', `/notifications/${first}:${here.me}/read`);
    const again = await vi.waitFor(due, 10_000);
    expect(await take(again)).toMatchObject({ total: 1 });
    await settle(again, 'later');
    expect(await mine()).toEqual([]);
    const { digest } = (await preferences().findOne({ _id: here.me as never })) as unknown as {
      digest: { at: Date };
    };
    expect(digest.at.getTime() - Date.now()).toBeGreaterThan(23 * HOUR_MS);
  });

  it('are for the next one who asks when who has claimed them died, and for nobody for a while when they are skipped', async () => {
    await chooses();
    await unread('hello');
    const lost = await due();
    await lookNow();
    const next = await due();
    expect(await take(lost)).toBeNull();
    await settle(lost, 'skipped');
    await settle(next, 'skipped');
    expect(await mine()).toEqual([]);
    await lookNow();
    expect(await take(await due())).toMatchObject({ total: 1 });
  });

  describe('and the address at which they end', () => {
    const at = (token: string) => `/unsubscribe/${token}`;
    const anonymously = (path: string, init: RequestInit = {}) => fetch(originOf(here.app) + path, init);
    const tokenOfMine = async () => {
      await chooses({ kinds: { reaction: { email: false } } });
      await unread('hello');
      const claim = await due();
      const token = (await take(claim))?.unsubscribeToken ?? '';
      await settle(claim, 'later');
      return token;
    };
    const wanted = async () =>
      (
        (await call(here.other, here.me, 'GET', '/notifications/preferences')).data as {
          emailDigest: boolean;
        }
      ).emailDigest;

    it('asks whoever opens it, and ends them for whoever posts to it, without a session', async () => {
      const token = await tokenOfMine();
      const claim = await vi.waitFor(due, 10_000);
      const page = await anonymously(at(token));
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-security-policy')).toContain(
        "default-src 'none'; script-src 'sha256-",
      );
      expect(await page.text()).toContain('<form method="post">');
      expect((await anonymously(at(token), { method: 'HEAD' })).status).toBe(200);
      expect(await wanted()).toBe(true);

      const answer = await anonymously(at(token), {
        method: 'POST',
        body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
      });
      expect(answer.status).toBe(200);
      await vi.waitFor(async () => expect(await wanted()).toBe(false), 10_000);
      expect((await call(here.app, here.me, 'GET', '/notifications/preferences')).data).toMatchObject({
        kinds: { reaction: { email: false } },
      });
      // What was under way is stopped, and none follows.
      expect(await take(claim)).toBeNull();
      await lookNow();
      expect(await mine()).toEqual([]);
      expect((await anonymously(at(token), { method: 'POST' })).status).toBe(200);
    });

    it('is of no use for anybody else', async () => {
      const token = await tokenOfMine();
      const [, signature = ''] = token.split('.');
      const bad = [
        `${here.me + 1}.${signature}`,
        `${here.me}.${signature.slice(0, -1)}`,
        `${here.me}.${'A'.repeat(43)}`,
        `0${token}`,
        `${here.me}`,
        'constructor',
      ];
      for (const each of bad)
        for (const method of ['GET', 'POST'])
          expect((await anonymously(at(each), { method })).status, `${method} ${each}`).toBe(404);
      expect(await wanted()).toBe(true);
    });
  });
});
