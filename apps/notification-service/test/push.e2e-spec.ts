import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { MessageCreatedDto, PushDeliveryDto } from '@app/contracts';
import { BrowserPushService, certificate, type Browser } from '@app/testing';
import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { Connection } from 'mongoose';
import webPush from 'web-push';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { call, messageEvent, publish, stores, TestService } from './support/notification-app';

const vapid = webPush.generateVAPIDKeys();
const SOON = { timeout: 10_000 };

/** The public key of a browser's `applicationServerKey`. */
const keyOf = (raw: string) => {
  const point = Buffer.from(raw, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
};

describe('web push', () => {
  const browsers = new BrowserPushService();
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let app: NestExpressApplication;
  let other: NestExpressApplication;
  let me = 0;

  beforeAll(async () => {
    await browsers.start();
    const ca = path.join(await mkdtemp(path.join(tmpdir(), 'ca-')), 'ca.pem');
    await writeFile(ca, certificate.cert);
    servers = await stores();
    service = new TestService(servers, {
      VAPID_PUBLIC_KEY: vapid.publicKey,
      VAPID_PRIVATE_KEY: vapid.privateKey,
      VAPID_SUBJECT: 'mailto:people@example.com',
      PUSH_CA_FILE: ca,
      PUSH_ALLOW_PRIVATE: true,
      PUSH_RETRY_MS: 100,
      PUSH_TRIES: 3,
      MAX_PUSH_SUBSCRIPTIONS: 3,
    });
    [app, other] = await Promise.all([service.start(), service.start()]);
  });
  afterAll(async () => {
    await service.close();
    await servers.stop();
    await browsers.stop();
  });
  beforeEach(() => {
    me++;
  });

  const subscribe = async (device: string, userId = me): Promise<Browser> => {
    const browser = browsers.browser();
    const body = { ...browser.subscription, device };
    expect(await call(other, userId, 'POST', '/notifications/push-subscriptions', body)).toMatchObject({
      status: 200,
    });
    return browser;
  };
  const says = async (preview: string, more: Partial<MessageCreatedDto> = {}) => {
    const event = messageEvent({ recipientIds: [me], senderName: 'ann', preview, ...more });
    await publish(app, event);
    return event;
  };
  const log = async () =>
    ((await call(app, me, 'GET', '/notifications/push-deliveries')).data as PushDeliveryDto[]).map(
      ({ device, outcome, reason, tries }) => [device, outcome, reason, tries],
    );
  const bodies = (browser: Browser) => browser.pushes.map(({ payload }) => payload.body);
  const devices = async () =>
    (await call(app, me, 'GET', '/notifications/push-subscriptions')).data as { device: string }[];
  const waiting = () =>
    app
      .get<Connection>(DATABASE)
      .collection('notifications')
      .countDocuments({ push_at: { $exists: true } });
  const isDone = () => vi.waitFor(async () => expect(await waiting()).toBe(0), SOON);

  it('brings what happens to the devices of people who are away, encrypted for them and signed by us', async () => {
    const [laptop, phone] = [await subscribe('laptop'), await subscribe('phone')];
    const event = await says('Hello, wörld 👋');
    for (const { pushes } of [laptop, phone]) {
      await vi.waitFor(() => expect(pushes).toHaveLength(1), SOON);
      const [{ headers, payload }] = pushes as [(typeof pushes)[number]];
      expect(payload).toEqual({
        title: 'ann in Team A',
        body: 'Hello, wörld 👋',
        data: {
          notificationId: `${event.data.messageId}:${me}`,
          type: 'message',
          relatedId: event.data.conversationId,
        },
      });
      expect(headers).toMatchObject({ ttl: '86400', urgency: 'high', 'content-encoding': 'aes128gcm' });
      expect(headers['topic']).toMatch(/^[\w-]{32}$/);
      const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization ?? '') ?? [];
      expect(key).toBe(vapid.publicKey);
      const { payload: claims } = await jwtVerify(token, keyOf(vapid.publicKey));
      expect(claims).toMatchObject({
        aud: new URL(laptop.endpoint).origin,
        sub: 'mailto:people@example.com',
      });
    }
    await vi.waitFor(
      async () =>
        expect((await log()).sort()).toEqual([
          ['laptop', 'sent', null, 1],
          ['phone', 'sent', null, 1],
        ]),
      SOON,
    );
    await isDone();
    // Of the same event nothing comes again.
    await publish(app, event);
    await says('marker');
    await vi.waitFor(() => expect(bodies(laptop)).toEqual(['Hello, wörld 👋', 'marker']), SOON);
  });

  it('leaves those alone who are connected, on whatever instance', async () => {
    const laptop = await subscribe('laptop');
    const device = await service.device(other, me);
    await vi.waitFor(() => expect(device.of('notification:count')).not.toEqual([]), SOON);
    await says('you are here');
    await vi.waitFor(() => expect(device.of('notification:created')).toHaveLength(1), SOON);
    await isDone();
    device.socket.disconnect();
    await vi.waitFor(async () => {
      await says('you are away');
      await isDone();
      expect(laptop.pushes.length).toBeGreaterThan(0);
    }, SOON);
    expect(new Set(bodies(laptop))).toEqual(new Set(['you are away']));
  });

  it('says nothing of what it is about to those who want that, and nothing at all to those who do not want it', async () => {
    const laptop = await subscribe('laptop');
    await call(app, me, 'PUT', '/notifications/preferences', {
      kinds: { mention: { webPush: false }, reply: { inApp: false } },
      pushContent: false,
    });
    await says('a secret');
    await says('a mention', { mentions: [me] });
    await says('muted', { quiet: [me] });
    await says('hidden in the list', { repliedToId: me });
    await vi.waitFor(() => expect(laptop.pushes).toHaveLength(2), SOON);
    for (const { payload } of laptop.pushes)
      expect(payload).toEqual({
        title: 'New notification',
        body: '',
        data: { notificationId: expect.any(String) as unknown },
      });
    await isDone();
    const always = { from: '00:00', to: '00:00', timeZone: 'Europe/Berlin' };
    await call(app, me, 'PUT', '/notifications/preferences', { doNotDisturb: always });
    await says('in the night');
    await vi.waitFor(
      async () =>
        expect((await call(app, me, 'GET', '/notifications/unread/count')).data).toEqual({ count: 3 }),
      SOON,
    );
    expect(await waiting()).toBe(0);
    expect(laptop.pushes).toHaveLength(2);
  });

  it('forgets a device that is no more', async () => {
    const [laptop, phone] = [await subscribe('laptop'), await subscribe('phone')];
    laptop.answers.push({ status: 410 });
    await says('one');
    await vi.waitFor(async () => expect(await devices()).toMatchObject([{ device: 'phone' }]), SOON);
    await isDone();
    await says('two');
    await vi.waitFor(() => expect(bodies(phone)).toEqual(['one', 'two']), SOON);
    expect(laptop.asked).toBe(1);
    await vi.waitFor(
      async () => expect(await log()).toContainEqual(['laptop', 'gone', 'status 410', 1]),
      SOON,
    );
  });

  it('tries again what may work later, for that device alone, and gives up one day', async () => {
    const [laptop, phone, tablet] = [
      await subscribe('laptop'),
      await subscribe('phone'),
      await subscribe('tablet'),
    ];
    laptop.answers.push({ status: 503, headers: { 'retry-after': '1' } });
    tablet.answers.push(...[500, 429, 500].map((status) => ({ status })));
    const began = Date.now();
    await says('one');
    await vi.waitFor(() => expect(bodies(laptop)).toEqual(['one']), { timeout: 20_000 });
    expect((laptop.pushes[0]?.at ?? 0) - began).toBeGreaterThanOrEqual(1_000);
    await vi.waitFor(async () => expect(await log()).toContainEqual(['tablet', 'failed', 'status 500', 3]), {
      timeout: 20_000,
    });
    await isDone();
    expect(bodies(phone)).toEqual(['one']);
    expect(tablet.pushes).toEqual([]);
    expect((await log()).filter(([device]) => device === 'laptop')).toEqual([
      ['laptop', 'sent', null, 2],
      ['laptop', 'later', 'status 503', 1],
    ]);
  });

  it('finds what an instance has stored and not pushed any more, once for both of them', async () => {
    const laptop = await subscribe('laptop');
    const at = new Date();
    // What a process leaves behind that dies between the two.
    const left = Array.from({ length: 30 }, (_, i) => ({
      _id: `left-${i}:${me}` as never,
      ...{ user_id: me, event_id: 'left', type: 'message', actor_id: null, title: 'ann', content: `${i}` },
      ...{ related_id: null, message_id: null, is_read: false, created_at: at, updated_at: at },
      push_at: new Date(at.getTime() - 1),
    }));
    await app.get<Connection>(DATABASE).collection('notifications').insertMany(left);
    await vi.waitFor(() => expect(laptop.pushes).toHaveLength(30), { timeout: 20_000 });
    await isDone();
    expect(
      bodies(laptop)
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(left.map((_, i) => i));
  });

  it('goes to who uses the device now, and to a few devices of one person', async () => {
    const laptop = await subscribe('laptop');
    const heir = me + 500;
    const body = { ...laptop.subscription, device: 'mine now' };
    await call(app, heir, 'POST', '/notifications/push-subscriptions', body);
    expect(await devices()).toEqual([]);
    for (const device of ['one', 'two', 'three']) await subscribe(device);
    const fourth = { ...browsers.browser().subscription, device: 'four' };
    expect(await call(app, me, 'POST', '/notifications/push-subscriptions', fourth)).toMatchObject({
      status: 409,
      error: { code: 'CONFLICT', message: 'at most 3 devices of a user can have pushes; remove one' },
    });
    expect(await devices()).toHaveLength(3);
    const { token } = laptop.subscription;
    expect(await call(app, me, 'DELETE', '/notifications/push-subscriptions', { token })).toMatchObject({
      status: 404,
    });
    expect(await call(app, heir, 'DELETE', '/notifications/push-subscriptions', { token })).toMatchObject({
      status: 200,
    });
  });
});
