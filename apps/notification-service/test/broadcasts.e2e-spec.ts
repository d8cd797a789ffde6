import { randomUUID } from 'node:crypto';
import { systemBroadcastEvent, type SystemBroadcastDto } from '@app/contracts';
import { EventPublisher } from '@app/messaging';
import { Types, type Connection } from 'mongoose';
import { describe, expect, it, vi } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { call, messageEvent, publish, useInstances } from './support/notification-app';

interface Listed {
  _id: string;
  content: string;
  is_read: boolean;
}

const SOON = { timeout: 10_000 };

describe('a broadcast', () => {
  const here = useInstances();

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
    return here.app
      .get(EventPublisher)
      .publish(event)
      .then(() => event);
  };
  const both = () => ({ userIds: [here.me, here.me + 1] });
  const listOf = async (userId: number, query = '') =>
    (await call(here.other, userId, 'GET', `/notifications?${query}`)).data as Listed[];
  const badge = async (userId: number) =>
    (await call(here.app, userId, 'GET', '/notifications/unread/count')).data;
  const untilUnread = (userId: number, count: number) =>
    vi.waitFor(async () => expect(await badge(userId)).toEqual({ count }), SOON);

  it('is read and removed by each for themself', async () => {
    await say('one', both());
    await say('two', both());
    await untilUnread(here.me, 2);
    const [two, one] = await listOf(here.me);
    const device = await here.service.device(here.other, here.me);
    await call(here.app, here.me, 'POST', `/notifications/${one?._id ?? ''}/read`);
    await call(here.app, here.me, 'POST', `/notifications/${one?._id ?? ''}/read`);
    await untilUnread(here.me, 1);
    await vi.waitFor(() => expect(device.of('notification:read')).toHaveLength(1), SOON);
    expect(await listOf(here.me, 'unreadOnly=true')).toMatchObject([{ content: 'two' }]);
    expect(await call(here.app, here.me, 'DELETE', `/notifications/${two?._id ?? ''}`)).toMatchObject({
      status: 200,
    });
    await untilUnread(here.me, 0);
    await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 0 }), SOON);
    expect(await listOf(here.me)).toMatchObject([{ content: 'one', is_read: true }]);
    expect(await call(here.app, here.me, 'GET', `/notifications/${two?._id ?? ''}`)).toMatchObject({
      status: 404,
    });
    expect(await call(here.app, here.me, 'GET', `/notifications/${one?._id ?? ''}`)).toMatchObject({
      data: { is_read: true },
    });
    await untilUnread(here.me + 1, 2);
    await say('three', both());
    await untilUnread(here.me + 1, 3);
    expect((await call(here.app, here.me + 1, 'POST', '/notifications/read-all')).data).toEqual({ count: 0 });
    await say('four', both());
    await untilUnread(here.me + 1, 1);
    const { db } = here.app.get<Connection>(DATABASE);
    const theirs = { _id: { $in: [here.me, here.me + 1] as never[] } };
    expect(await db?.collection('broadcast_states').countDocuments(theirs)).toBe(2);
  });

  it('to some is nothing to the others, and what is over is nothing to anybody', async () => {
    const device = await here.service.device(here.app, here.me + 1);
    await say('to me', { userIds: [here.me] });
    await say('over', { expiresAt: new Date(Date.now() - 1).toISOString() });
    await say('to both', { userIds: [here.me, here.me + 1] });
    await untilUnread(here.me, 2);
    await vi.waitFor(
      () => expect(device.of('notification:created').map(({ content }) => content)).toEqual(['to both']),
      SOON,
    );
    const foreign = (await listOf(here.me)).find(({ content }) => content === 'to me')?._id ?? '';
    for (const method of ['GET', 'DELETE'])
      expect(await call(here.app, here.me + 1, method, `/notifications/${foreign}`)).toMatchObject({
        status: 404,
      });
    expect(await call(here.app, here.me + 1, 'POST', `/notifications/${foreign}/read`)).toMatchObject({
      status: 404,
    });
    expect(await listOf(here.me + 2)).toEqual([]);
  });

  it('is not heard by those who do not want to', async () => {
    await call(here.app, here.me, 'PUT', '/notifications/preferences', {
      kinds: { broadcast: { inApp: false } },
    });
    await say('to both', both());
    await untilUnread(here.me + 1, 1);
    expect(await badge(here.me)).toEqual({ count: 0 });
    expect(await listOf(here.me)).toEqual([]);
  });

  // Everybody hears it, so it comes last.
  it('is one document, and stands in the list and the badge of everybody', async () => {
    const devices = [
      await here.service.device(here.app, here.me),
      await here.service.device(here.other, here.me + 1),
    ];
    const event = await say('to all');
    await here.app.get(EventPublisher).publish(event);
    for (const device of devices) {
      await vi.waitFor(
        () => expect(device.of('notification:created')).toMatchObject([{ content: 'to all' }]),
        SOON,
      );
      await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 1 }), SOON);
    }
    // Among what comes to them alone, in its place.
    await publish(here.app, messageEvent({ recipientIds: [here.me], preview: 'later' }));
    await untilUnread(here.me, 2);
    expect((await listOf(here.me)).map(({ content }) => content)).toEqual(['later', 'to all']);
    const first = await call(here.app, here.me, 'GET', '/notifications?limit=1');
    const cursor = encodeURIComponent(first.page?.next ?? '');
    expect(await listOf(here.me, `limit=1&cursor=${cursor}`)).toMatchObject([{ content: 'to all' }]);
    expect(await listOf(here.me, 'type=message')).toHaveLength(1);
    expect(await listOf(here.me + 5)).toMatchObject([{ content: 'to all', is_read: false }]);
    const { db } = here.app.get<Connection>(DATABASE);
    const states = await db?.collection('broadcast_states').countDocuments({ _id: here.me as never });
    expect(await db?.collection('broadcasts').countDocuments({ content: 'to all' })).toBe(1);
    expect(await db?.collection('notifications').countDocuments()).toBe(1);
    expect(states).toBe(0);
  });
});
