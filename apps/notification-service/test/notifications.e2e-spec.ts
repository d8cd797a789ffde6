import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, messageEvent, publish, stores, TestService } from './support/notification-app';

interface Listed {
  _id: string;
  content: string;
  title: string;
  is_read: boolean;
}

describe('notifications', () => {
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let app: NestExpressApplication;
  let nextUser = 1;
  let me: number;
  let other: number;

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
    me = nextUser++;
    other = nextUser++;
  });

  const list = async (userId: number, query = '') =>
    (await call(app, userId, 'GET', `/notifications?collapse=false&${query}`)).data as Listed[];
  const stored = (userId: number, count: number) =>
    vi.waitFor(async () => expect(await list(userId, 'limit=100')).toHaveLength(count), { timeout: 5_000 });

  it('are stored for each recipient of a message, not for its sender', async () => {
    const sender = nextUser++;
    await publish(
      app,
      messageEvent({ senderId: sender, recipientIds: [me, other, sender], senderName: 'ann' }),
    );
    await stored(me, 1);
    await stored(other, 1);
    expect(await list(sender)).toEqual([]);
    expect((await list(me))[0]).toMatchObject({ title: 'ann in Team A', content: 'Hello!', is_read: false });
  });

  it('of a private conversation carry the name of the sender', async () => {
    const event = messageEvent({
      recipientIds: [me],
      senderName: 'ann',
      conversationType: 'private',
      conversationName: null,
    });
    await publish(app, event);
    await stored(me, 1);
    expect((await list(me))[0]).toMatchObject({
      _id: `${event.data.messageId}:${me}`,
      title: 'ann',
      related_id: event.data.conversationId,
      message_id: event.data.messageId,
    });
  });

  it('are stored and pushed once, however often the event comes', async () => {
    const device = await service.device(app, me);
    const event = messageEvent({ recipientIds: [me] });
    const chunk = { ...event, id: `${event.id}#1` };
    await Promise.all([event, event, event, chunk].map((again) => publish(app, again)));
    await publish(app, messageEvent({ recipientIds: [me], preview: 'marker' }));
    await stored(me, 2);
    await vi.waitFor(() =>
      expect(device.of('notification:created').map(({ content }) => content)).toContain('marker'),
    );
    expect(device.of('notification:created')).toHaveLength(2);
  });

  it('come in pages, newest first, without a gap or a double even when many share a millisecond', async () => {
    const at = new Date();
    const events = Array.from({ length: 25 }, (_, i) =>
      messageEvent({ recipientIds: [me], preview: `${i}` }, new Date(at.getTime() + Math.floor(i / 10))),
    );
    await Promise.all(events.map((event) => publish(app, event)));
    await stored(me, 25);
    const ids: string[] = [];
    let query = '?collapse=false&limit=10';
    for (let pages = 0; pages < 3; pages++) {
      const { data, page } = await call(app, me, 'GET', `/notifications${query}`);
      ids.push(...(data as Listed[]).map(({ content }) => content));
      query = `?collapse=false&limit=10&cursor=${encodeURIComponent(page?.next ?? 'end')}`;
    }
    expect(ids.map(Number)).toEqual(Array.from({ length: 25 }, (_, i) => 24 - i));
    expect(query).toContain('cursor=end');
    expect(await call(app, me, 'GET', `/notifications${query}`)).toMatchObject({
      status: 400,
      error: { code: 'BAD_REQUEST', message: 'cursor must be the page.next of the page before' },
    });
  });

  it('are read one by one and all at once, and counted', async () => {
    await Promise.all([1, 2, 3].map(() => publish(app, messageEvent({ recipientIds: [me] }))));
    await stored(me, 3);
    const first = (await list(me)).at(-1);
    expect((await call(app, me, 'GET', '/notifications/unread/count')).data).toEqual({ count: 3 });
    const read = await call(app, me, 'POST', `/notifications/${first?._id ?? ''}/read`);
    expect(read).toMatchObject({ status: 200, ok: true, data: { _id: first?._id, is_read: true } });
    expect(await list(me, 'unreadOnly=true')).toHaveLength(2);
    expect(await list(me, 'unreadOnly=false')).toHaveLength(3);
    expect((await call(app, me, 'POST', '/notifications/read-all')).data).toEqual({ count: 0 });
    expect(await list(me, 'unreadOnly=true')).toEqual([]);
  });

  it('of others do not exist, neither over REST nor over the socket', async () => {
    await publish(app, messageEvent({ recipientIds: [other] }));
    await stored(other, 1);
    const [foreign] = await list(other);
    const id = foreign?._id ?? '';
    const refused = { error: { code: 'NOTFOUND', message: 'notification not found' } };
    expect(await call(app, me, 'POST', `/notifications/${id}/read`)).toMatchObject({
      status: 404,
      ...refused,
    });
    expect(await call(app, me, 'POST', '/notifications/none/read')).toMatchObject({
      status: 404,
      ...refused,
    });
    const device = await service.device(app, me);
    expect(await device.socket.emitWithAck('notification:read', { notificationId: id })).toMatchObject({
      ok: false,
      ...refused,
    });
    expect((await list(other))[0]?.is_read).toBe(false);
  });

  it('reach all devices of the user, with the count; reading on one tells the others', async () => {
    const [phone, laptop] = [await service.device(app, me), await service.device(app, me)];
    await vi.waitFor(() => expect(laptop.of('notification:count').at(-1)).toEqual({ count: 0 }));
    await publish(app, messageEvent({ recipientIds: [me] }));
    for (const device of [phone, laptop]) {
      await vi.waitFor(() => expect(device.of('notification:created')).toHaveLength(1));
      await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 1 }));
    }
    const notificationId = phone.of('notification:created')[0]?.['_id'];
    expect(await phone.socket.emitWithAck('notification:read', { notificationId })).toMatchObject({
      ok: true,
    });
    await vi.waitFor(() =>
      expect(laptop.of('notification:read')).toEqual([{ notificationId, is_read: true }]),
    );
    await vi.waitFor(() => expect(laptop.of('notification:count').at(-1)).toEqual({ count: 0 }));
  });

  it('in a burst are counted together, and the last count is right', async () => {
    const device = await service.device(app, me);
    await Promise.all(Array.from({ length: 200 }, () => publish(app, messageEvent({ recipientIds: [me] }))));
    await vi.waitFor(() => expect(device.of('notification:created')).toHaveLength(200), { timeout: 5_000 });
    await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 200 }), {
      timeout: 5_000,
    });
    expect(device.of('notification:count').length).toBeLessThan(50);
  });
});
