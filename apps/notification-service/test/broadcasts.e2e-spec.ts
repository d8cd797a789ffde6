import { randomUUID } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { systemBroadcastEvent, type SystemBroadcastDto } from '@app/contracts';
import { EventPublisher } from '@app/messaging';
import { Types, type Connection } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { call, messageEvent, publish, stores, TestService } from './support/notification-app';

interface Listed {
  _id: string;
  content: string;
  is_read: boolean;
}

const SOON = { timeout: 10_000 };

describe('a broadcast', () => {
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let app: NestExpressApplication;
  let other: NestExpressApplication;
  let me = 0;

  beforeAll(async () => {
    servers = await stores();
    service = new TestService(servers);
    [app, other] = await Promise.all([service.start(), service.start()]);
  });
  afterAll(async () => {
    await service.close();
    await servers.stop();
  });
  beforeEach(() => {
    me += 10;
  });

  const say = (content: string, more: Partial<SystemBroadcastDto> = {}, id: string = randomUUID()) => {
    const at = new Date();
    const data: SystemBroadcastDto = {
      ...systemBroadcastEvent.example,
      broadcastId: new Types.ObjectId().toHexString(),
      createdAt: at.toISOString(),
      expiresAt: new Date(at.getTime() + 3_600_000).toISOString(),
      content,
      ...more,
    };
    const event = { contract: systemBroadcastEvent, id, key: 'k', at, traceId: id, data };
    return app
      .get(EventPublisher)
      .publish(event)
      .then(() => event);
  };
  const both = () => ({ userIds: [me, me + 1] });
  const listOf = async (userId: number, query = '') =>
    (await call(other, userId, 'GET', `/notifications?${query}`)).data as Listed[];
  const badge = async (userId: number) =>
    (await call(app, userId, 'GET', '/notifications/unread/count')).data;
  const untilUnread = (userId: number, count: number) =>
    vi.waitFor(async () => expect(await badge(userId)).toEqual({ count }), SOON);

  it('is read and removed by each for themself', async () => {
    await say('one', both());
    await say('two', both());
    await untilUnread(me, 2);
    const [two, one] = await listOf(me);
    const device = await service.device(other, me);
    await call(app, me, 'POST', `/notifications/${one?._id ?? ''}/read`);
    await call(app, me, 'POST', `/notifications/${one?._id ?? ''}/read`);
    await untilUnread(me, 1);
    await vi.waitFor(() => expect(device.of('notification:read')).toHaveLength(1), SOON);
    expect(await listOf(me, 'unreadOnly=true')).toMatchObject([{ content: 'two' }]);
    expect(await call(app, me, 'DELETE', `/notifications/${two?._id ?? ''}`)).toMatchObject({ status: 200 });
    await untilUnread(me, 0);
    await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 0 }), SOON);
    expect(await listOf(me)).toMatchObject([{ content: 'one', is_read: true }]);
    expect(await call(app, me, 'GET', `/notifications/${two?._id ?? ''}`)).toMatchObject({ status: 404 });
    expect(await call(app, me, 'GET', `/notifications/${one?._id ?? ''}`)).toMatchObject({
      data: { is_read: true },
    });
    await untilUnread(me + 1, 2);
    await say('three', both());
    await untilUnread(me + 1, 3);
    expect((await call(app, me + 1, 'POST', '/notifications/read-all')).data).toEqual({ count: 0 });
    await say('four', both());
    await untilUnread(me + 1, 1);
    const { db } = app.get<Connection>(DATABASE);
    const theirs = { _id: { $in: [me, me + 1] as never[] } };
    expect(await db?.collection('broadcast_states').countDocuments(theirs)).toBe(2);
  });

  it('to some is nothing to the others, and what is over is nothing to anybody', async () => {
    const device = await service.device(app, me + 1);
    await say('to me', { userIds: [me] });
    await say('over', { expiresAt: new Date(Date.now() - 1).toISOString() });
    await say('to both', { userIds: [me, me + 1] });
    await untilUnread(me, 2);
    await vi.waitFor(
      () => expect(device.of('notification:created').map(({ content }) => content)).toEqual(['to both']),
      SOON,
    );
    const foreign = (await listOf(me)).find(({ content }) => content === 'to me')?._id ?? '';
    for (const method of ['GET', 'DELETE'])
      expect(await call(app, me + 1, method, `/notifications/${foreign}`)).toMatchObject({ status: 404 });
    expect(await call(app, me + 1, 'POST', `/notifications/${foreign}/read`)).toMatchObject({ status: 404 });
    expect(await listOf(me + 2)).toEqual([]);
  });

  it('is not heard by those who do not want to', async () => {
    await call(app, me, 'PUT', '/notifications/preferences', { kinds: { broadcast: { inApp: false } } });
    await say('to both', both());
    await untilUnread(me + 1, 1);
    expect(await badge(me)).toEqual({ count: 0 });
    expect(await listOf(me)).toEqual([]);
  });

  // Everybody hears it, so it comes last.
  it('is one document, and stands in the list and the badge of everybody', async () => {
    const devices = [await service.device(app, me), await service.device(other, me + 1)];
    const event = await say('to all');
    await app.get(EventPublisher).publish(event);
    for (const device of devices) {
      await vi.waitFor(
        () => expect(device.of('notification:created')).toMatchObject([{ content: 'to all' }]),
        SOON,
      );
      await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 1 }), SOON);
    }
    // Among what comes to them alone, in its place.
    await publish(app, messageEvent({ recipientIds: [me], preview: 'later' }));
    await untilUnread(me, 2);
    expect((await listOf(me)).map(({ content }) => content)).toEqual(['later', 'to all']);
    const first = await call(app, me, 'GET', '/notifications?limit=1');
    const cursor = encodeURIComponent(first.page?.next ?? '');
    expect(await listOf(me, `limit=1&cursor=${cursor}`)).toMatchObject([{ content: 'to all' }]);
    expect(await listOf(me, 'type=message')).toHaveLength(1);
    expect(await listOf(me + 5)).toMatchObject([{ content: 'to all', is_read: false }]);
    const { db } = app.get<Connection>(DATABASE);
    const states = await db?.collection('broadcast_states').countDocuments({ _id: me as never });
    expect(await db?.collection('broadcasts').countDocuments({ content: 'to all' })).toBe(1);
    expect(await db?.collection('notifications').countDocuments()).toBe(1);
    expect(states).toBe(0);
  });
});
