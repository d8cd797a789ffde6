import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  exportNotificationPreferences,
  exportPushDeliveries,
  exportPushSubscriptions,
  userDeletedEvent,
} from '@app/contracts';
import { EventPublisher } from '@app/messaging';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { NotificationsService } from '../src/notifications/notifications.service';
import { asUserService, call, messageEvent, publish, stores, TestService } from './support/notification-app';

interface Listed {
  title: string;
  content: string;
  actor_id: number | null;
}

describe('when an account is deleted', () => {
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let app: NestExpressApplication;
  let nextUser = 1;
  let eve: number;
  let bob: number;
  let ann: number;

  beforeAll(async () => {
    servers = await stores();
    service = new TestService(servers);
    app = await service.start();
  });
  afterAll(async () => {
    await service.close();
    await servers.stop();
  });
  beforeEach(() => {
    [eve, bob, ann] = [nextUser++, nextUser++, nextUser++];
  });

  const depart = (userId: number) => {
    const at = new Date();
    const data = { userId, at: at.toISOString() };
    const id = `departure-${userId}`;
    return app
      .get(EventPublisher)
      .publish({ contract: userDeletedEvent, id, key: String(userId), at, traceId: id, data });
  };
  const said = (senderId: number, senderName: string, recipientIds: number[]) =>
    messageEvent({ senderId, senderName, recipientIds, preview: `by ${senderName}` });
  const list = async (userId: number) =>
    (await call(app, userId, 'GET', '/notifications?collapse=false&limit=100')).data as Listed[];
  const eventually = (expectation: () => Promise<void>) => vi.waitFor(expectation, { timeout: 10_000 });
  const titles = async (userId: number) => (await list(userId)).map(({ title }) => title);

  it('its notifications go, and its name goes from those of others', async () => {
    await publish(app, said(eve, 'eve', [bob, ann]));
    await publish(app, said(bob, 'bob', [eve, ann]));
    await eventually(async () => expect(await titles(ann)).toHaveLength(2));
    await eventually(async () => expect(await list(eve)).toHaveLength(1));
    expect((await list(bob))[0]).toMatchObject({ title: 'eve in Team A', content: 'by eve', actor_id: eve });

    await depart(eve);
    await eventually(async () => expect(await list(eve)).toEqual([]));
    await eventually(async () => expect(await titles(bob)).toEqual(['Deleted user']));
    expect((await list(bob))[0]).toMatchObject({ content: '', actor_id: eve });
    expect((await titles(ann)).sort()).toEqual(['Deleted user', 'bob in Team A']);
    expect((await call(app, ann, 'GET', '/notifications/unread/count')).data).toEqual({ count: 2 });
  });

  it('what comes for it or of it later is dropped or nameless, also on the way to a device', async () => {
    await depart(eve);
    await depart(eve);
    await eventually(async () => {
      const departed = app.get<Connection>(DATABASE).collection('departed_users');
      expect(await departed.countDocuments({ _id: eve as never })).toBe(1);
    });
    const device = await service.device(app, bob);
    const late = said(eve, 'eve', [bob]);
    await publish(app, late);
    await publish(app, late);
    await publish(app, said(ann, 'ann', [eve, bob]));
    await eventually(async () =>
      expect((await titles(bob)).sort()).toEqual(['Deleted user', 'ann in Team A']),
    );
    expect(await list(eve)).toEqual([]);
    await eventually(async () => {
      await Promise.resolve();
      expect(device.of('notification:created').map(({ title }) => title)).toContain('ann in Team A');
    });
    expect(device.of('notification:created').filter(({ actor_id }) => actor_id === eve)).toHaveLength(1);
    expect(JSON.stringify(device.received)).not.toContain('by eve');
  });

  it('its preferences, digests and devices go; until then they can be had, without what one needs to push to them', async () => {
    const { db } = app.get<Connection>(DATABASE);
    if (!db) throw new Error('no database');
    const [at, token] = [new Date(), `https://push.example.com/send/${'f7Qk2mX9'.repeat(4)}`];
    const keys = { p256dh: 'the public key', auth: 'the secret' };
    const kept = { user_id: eve, platform: 'web', device: 'laptop', at };
    await call(app, eve, 'PUT', '/notifications/preferences', { emailDigest: true });
    await db
      .collection('notification_preferences')
      .updateOne({ _id: eve as never }, { $set: { 'digest.last': at } });
    for (const [userId, hash] of [
      [eve, 'a'],
      [bob, 'b'],
    ] as const)
      await db
        .collection('push_subscriptions')
        .insertOne({ ...kept, user_id: userId, token, keys, token_hash: `${hash}${userId}`, created_at: at });
    const delivery = { ...kept, notification_id: 'n', subscription_id: '6650f0c2a4b1c2d3e4f50701' };
    await db
      .collection('push_deliveries')
      .insertOne({ ...delivery, outcome: 'sent', reason: null, tries: 1 });

    const body = { userId: eve };
    const held = await Promise.all(
      [exportNotificationPreferences, exportPushSubscriptions, exportPushDeliveries].map((route) =>
        asUserService(app).call(route as typeof exportPushSubscriptions, { body }),
      ),
    );
    expect(held).toMatchObject([
      { entries: [{ emailDigest: true, lastDigestAt: at.toISOString() }], next: null },
      { entries: [{ platform: 'web', device: 'laptop', host: 'push.example.com', ending: '2mX9' }] },
      { entries: [{ outcome: 'sent', device: 'laptop' }] },
    ]);
    expect(JSON.stringify(held)).not.toMatch(/send\/|secret|public key/);

    await depart(eve);
    await eventually(async () => {
      const gone = await db.collection('departed_users').findOne({ _id: eve as never });
      expect(gone).toHaveProperty('finished_at');
    });
    expect(await db.collection('notification_preferences').countDocuments({ _id: eve as never })).toBe(0);
    for (const name of ['push_subscriptions', 'push_deliveries'])
      expect(await db.collection(name).countDocuments({ user_id: eve }), name).toBe(0);
    expect(await db.collection('push_subscriptions').countDocuments({ user_id: bob })).toBe(1);
  });

  it('many at once share the look through all that there is', async () => {
    const { db } = app.get<Connection>(DATABASE);
    if (!db) throw new Error('no database');
    const gone = Array.from({ length: 50 }, (_, index) => 1_000_000 + index);
    const title = 'somebody';
    const documents = gone.map((actor_id) => ({ _id: `shared:${actor_id}` as never, actor_id, title }));
    await db.collection('notifications').insertMany(documents);
    await db.command({ profile: 2 });
    await Promise.all(gone.map((userId) => app.get(NotificationsService).removeActor(userId)));
    await db.command({ profile: 0 });
    const looks = { ns: `${db.databaseName}.notifications`, 'command.sort': { _id: 1 } };
    const count = await db.collection('system.profile').countDocuments(looks);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(2);
    expect(await db.collection('notifications').countDocuments({ actor_id: { $in: gone }, title })).toBe(0);
  });

  it('thousands of notifications are worked through, those of others and its own', async () => {
    const collection = app.get<Connection>(DATABASE).collection('notifications');
    const at = new Date();
    const one = (index: number, user_id: number, actor_id: number) => ({
      _id: `${index.toString(16).padStart(24, '0')}:${user_id}` as never,
      ...{ user_id, actor_id, event_id: 'x', type: 'message', title: 'eve', content: 'by eve' },
      ...{ related_id: null, message_id: null, is_read: true, created_at: at, updated_at: at },
    });
    const many = Array.from({ length: 4_500 }, (_, index) => index);
    await collection.insertMany(
      many.flatMap((index) => [one(index, bob, index % 2 ? eve : ann), one(index, eve, bob)]),
    );
    await depart(eve);
    await eventually(async () => {
      expect(await collection.countDocuments({ user_id: eve })).toBe(0);
      expect(await collection.countDocuments({ actor_id: eve, title: 'eve' })).toBe(0);
    });
    expect(await collection.countDocuments({ user_id: bob, title: 'Deleted user' })).toBe(2_250);
    expect(await collection.countDocuments({ user_id: bob, title: 'eve', actor_id: ann })).toBe(2_250);
  });
});
