import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  deleteNotification,
  getNotification,
  getNotificationById,
  getNotifications,
  getPreferences,
  getPushSetup,
  getUnreadCount,
  listPushDeliveries,
  listPushSubscriptions,
  notificationCount,
  notificationCreated,
  pingNotifications,
  postBroadcast,
  putPreferences,
  removeNotification,
  sendMessage,
  subscribePush,
  unsubscribePush,
} from '@app/contracts';
import { BrowserPushService, certificate, eventually, refusalOf, useSystem } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import webPush from 'web-push';
import { castOf, FIRST_ADMIN } from './support/visitors';

const vapid = webPush.generateVAPIDKeys();
const browsers = new BrowserPushService();

describe('pushes and broadcasts, on two instances', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'push-'));
  writeFileSync(path.join(folder, 'ca.pem'), certificate.cert);
  const system = useSystem({
    instances: { notification: 2 },
    env: {
      ...FIRST_ADMIN,
      VAPID_PUBLIC_KEY: vapid.publicKey,
      VAPID_PRIVATE_KEY: vapid.privateKey,
      VAPID_SUBJECT: 'mailto:people@example.com',
      PUSH_CA_FILE: path.join(folder, 'ca.pem'),
      PUSH_ALLOW_PRIVATE: 'true',
    },
  });
  beforeAll(() => browsers.start());
  afterAll(() => browsers.stop());

  it('what somebody says comes to the browser of a member who is away, and to no browser of one who is there', async () => {
    const [alice, bob, carol] = await system.users('alice', 'bob', 'carol');
    await alice.connect();
    expect(await bob.call(getPushSetup)).toEqual({ platforms: ['web'], vapidPublicKey: vapid.publicKey });
    const [his, hers] = [browsers.browser(), browsers.browser()];
    const { id } = await bob.call(subscribePush, { body: { ...his.subscription, device: 'laptop' } });
    await carol.call(subscribePush, { body: hers.subscription });
    const bell = await carol.notifications();
    await bell.receives(notificationCount);
    const { _id: conversationId } = await alice.createGroup([bob, carol], 'Team A');
    const said = await alice.emit(sendMessage, { conversationId, content: 'are you there?' });
    const title = `${alice.username} in Team A`;
    await eventually(
      () => Promise.resolve(his.pushes.map(({ payload }) => payload)),
      (pushes) => expect(pushes).toContainEqual(expect.objectContaining({ title, body: 'are you there?' })),
    );
    const [delivery] = await eventually(
      () => bob.call(listPushDeliveries, { query: { limit: 1 } }),
      (found) => expect(found).toHaveLength(1),
    );
    expect(delivery).toMatchObject({
      subscriptionId: id,
      device: 'laptop',
      outcome: 'sent',
      platform: 'web',
    });
    await bell.receives(notificationCreated, ({ message_id }) => message_id === said._id);
    expect(hers.asked).toBe(0);
    expect(await bob.call(listPushSubscriptions)).toMatchObject([{ id, device: 'laptop' }]);
    await bob.call(unsubscribePush, { body: { token: his.subscription.token } });
    expect(await bob.call(listPushSubscriptions)).toEqual([]);
  });

  it('an admin speaks to all or to some, nobody else does', async () => {
    const { admin } = await castOf(system);
    const [bob, carol] = await system.users('bob', 'carol');
    const bells = [await bob.notifications(), await carol.notifications()];
    const body = { title: 'We move', content: 'on Sunday', clientId: 'move' };
    const first = await admin.call(postBroadcast, { body });
    expect(await admin.call(postBroadcast, { body })).toMatchObject({ id: first.id, audience: 'all' });
    for (const bell of bells) {
      const told = await bell.receives(notificationCreated, ({ type }) => type === 'system');
      expect(told).toMatchObject({ title: 'We move', content: 'on Sunday', actor_id: null });
      await bell.receives(notificationCount, ({ count }) => count === 1);
    }
    await admin.call(postBroadcast, { body: { title: 'You', content: 'alone', userIds: [bob.id] } });
    await bells[0]!.receives(notificationCreated, ({ content }) => content === 'alone');
    expect((await bob.call(getUnreadCount)).count).toBe(2);
    expect((await bob.call(getNotifications)).map(({ content }) => content)).toEqual(['alone', 'on Sunday']);
    expect((await carol.call(getUnreadCount)).count).toBe(1);
    expect(bells[1]!.received(notificationCreated)).toHaveLength(1);

    expect((await refusalOf(bob.call(postBroadcast, { body }))).code).toBe('FORBIDDEN');
    const past = { ...body, expiresAt: '2020-01-01T00:00:00.000Z' };
    expect(await refusalOf(admin.call(postBroadcast, { body: past }))).toMatchObject({
      code: 'BAD_REQUEST',
      fields: ['expiresAt'],
    });
  });

  it('what cannot be is refused', async () => {
    const bob = await system.user('bob');
    const bell = await bob.notifications();
    const params = { id: `${'0'.repeat(24)}:${bob.id}` };
    const notificationId = params.id;
    const refusals = [
      refusalOf(bob.call(getNotificationById, { params })),
      refusalOf(bob.call(removeNotification, { params })),
      refusalOf(bell.emit(getNotification, { notificationId })),
      refusalOf(bell.emit(deleteNotification, { notificationId })),
      refusalOf(bob.call(unsubscribePush, { body: { token: 'https://push.example.com/nobody' } })),
    ];
    for (const { code } of await Promise.all(refusals)) expect(code).toBe('NOTFOUND');
    const hours = { from: '22:00', to: '7:00', timeZone: 'Europe/Berlin' };
    const bad = [
      refusalOf(bob.call(putPreferences, { body: { doNotDisturb: hours } })),
      refusalOf(bob.call(subscribePush, { body: { platform: 'apns', token: 'a'.repeat(64) } })),
      refusalOf(bob.call(listPushDeliveries, { query: { cursor: 'x' } })),
      refusalOf(bell.emit(pingNotifications, { echo: 'x'.repeat(200) })),
    ];
    for (const { code } of await Promise.all(bad)) expect(code).toBe('BAD_REQUEST');
    const nobody = system.anonymous;
    const unknown = [
      nobody.call(getPreferences),
      nobody.call(getPushSetup),
      nobody.call(listPushSubscriptions),
    ];
    for (const call of unknown) expect((await refusalOf(call)).code).toBe('AUTH_INVALID');
    expect(await bell.emit(pingNotifications, { echo: 'x' })).toMatchObject({ echo: 'x' });
    const broadcast = (await bob.call(getNotifications)).find(({ type }) => type === 'system');
    const own = { notificationId: broadcast!._id };
    expect(await bell.emit(getNotification, own)).toMatchObject({ _id: own.notificationId });
    expect(await bell.emit(deleteNotification, own)).toEqual({});
    expect((await refusalOf(bell.emit(getNotification, own))).code).toBe('NOTFOUND');
  });
});
