import type { NestExpressApplication } from '@nestjs/platform-express';
import { messageReactedEvent, type MessageCreatedDto } from '@app/contracts';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, messageEvent, publish, stores, TestService } from './support/notification-app';

interface Listed {
  _id: string;
  content: string;
  count?: number;
  mentioned?: true;
  related_id: string;
}

const MOST = 40;
const newId = () => new Types.ObjectId().toHexString();

describe('the list of notifications', () => {
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let app: NestExpressApplication;
  let other: NestExpressApplication;
  let me = 0;
  let rooms: string[];
  let clock = Date.now() - 1_000_000;

  beforeAll(async () => {
    servers = await stores();
    service = new TestService(servers, { MAX_COLLAPSED: MOST });
    [app, other] = await Promise.all([service.start(), service.start()]);
  });
  afterAll(async () => {
    await service.close();
    await servers.stop();
  });
  beforeEach(() => {
    me++;
    rooms = [newId(), newId(), newId()];
  });

  const says = (room: number, preview: string, more: Partial<MessageCreatedDto> = {}) =>
    publish(
      app,
      messageEvent(
        { recipientIds: [me], conversationId: rooms[room] ?? '', preview, ...more },
        new Date((clock += 1_000)),
      ),
    );
  const page = async (query = '') => {
    const { data, page: facts } = await call(other, me, 'GET', `/notifications?${query}`);
    return { entries: data as Listed[], next: facts?.next ?? null };
  };
  const badge = async () =>
    (await call(app, me, 'GET', '/notifications/unread/count')).data as { count: number };
  const untilUnread = (count: number) =>
    vi.waitFor(async () => expect(await badge()).toEqual({ count }), 5_000);
  const seen = (entries: Listed[]) => entries.map(({ content, count = 1 }) => [content, count]);
  const sumOf = (entries: Listed[]) => entries.reduce((sum, { count = 1 }) => sum + count, 0);

  it('has one entry for the unread messages of a conversation, the newest, with their number', async () => {
    await says(0, 'a1');
    await says(1, 'b1');
    await says(0, 'a2', { mentions: [me] });
    await says(0, 'a3');
    await says(2, 'c1');
    await untilUnread(5);
    const { entries } = await page();
    expect(seen(entries)).toEqual([
      ['c1', 1],
      ['a3', 3],
      ['b1', 1],
    ]);
    // One of those that it stands for names the user.
    expect(entries[1]?.mentioned).toBe(true);
    expect(seen((await page('collapse=false')).entries)).toEqual(
      ['c1', 'a3', 'a2', 'b1', 'a1'].map((c) => [c, 1]),
    );
  });

  it('is read by entries, and the badge counts what is left', async () => {
    for (const text of ['a1', 'a2', 'a3']) await says(0, text);
    await says(1, 'b1');
    await untilUnread(4);
    const [laptop, phone] = [await service.device(app, me), await service.device(other, me)];
    const [, entry] = (await page()).entries;
    // Said after the list was read: it was not seen.
    await says(0, 'a4');
    await untilUnread(5);
    const id = entry?._id ?? '';
    expect(await phone.socket.emitWithAck('notification:read', { notificationId: id })).toMatchObject({
      ok: true,
    });
    for (const device of [laptop, phone]) {
      const told = { notificationId: id, is_read: true, conversationId: rooms[0] };
      await vi.waitFor(() => expect(device.of('notification:read')).toEqual([told]), 5_000);
      await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 2 }), 5_000);
    }
    expect(seen((await page()).entries)).toEqual(
      ['a4', 'b1', 'a3', 'a2', 'a1'].map((content) => [content, 1]),
    );
    expect(seen((await page('unreadOnly=true')).entries)).toEqual([
      ['a4', 1],
      ['b1', 1],
    ]);
  });

  it('comes in pages, without a gap or a repeat, and its counts add up to the badge', async () => {
    for (let i = 0; i < 12; i++) await says(i % 3, `old ${i}`);
    await untilUnread(12);
    await call(app, me, 'POST', '/notifications/read-all');
    for (let i = 0; i < 9; i++) await says(i % 3, `new ${i}`);
    await untilUnread(9);
    const all: Listed[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { entries, next } = await page(`limit=4${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      expect(entries.length).toBeLessThanOrEqual(4);
      all.push(...entries);
      cursor = next;
    }
    const old = Array.from({ length: 12 }, (_, i) => [`old ${11 - i}`, 1]);
    expect(seen(all)).toEqual([['new 8', 3], ['new 7', 3], ['new 6', 3], ...old]);
    expect(sumOf((await page('unreadOnly=true')).entries)).toBe(9);
  });

  it('shows what is beyond the number that is looked at together one by one, and loses none of it', async () => {
    const total = MOST + 15;
    for (let i = 0; i < total; i++) await says(i % 2, `${i}`);
    await untilUnread(total);
    const all: Listed[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { entries, next } = await page(`limit=7${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      all.push(...entries);
      cursor = next;
    }
    const rest = Array.from({ length: 15 }, (_, i) => [`${14 - i}`, 1]);
    expect(seen(all)).toEqual([[`${total - 1}`, MOST / 2], [`${total - 2}`, MOST / 2], ...rest]);
    expect(sumOf(all)).toBe(total);
  });

  it('can be asked for one type; reactions stand for themselves, once of each person', async () => {
    await says(0, 'a1');
    await says(0, 'a2');
    const reaction = { ...messageReactedEvent.example, authorId: me, conversationId: rooms[0] ?? '' };
    const react = (id: string, emoji: string) =>
      publish(app, {
        contract: messageReactedEvent,
        ...{ id, key: 'k', at: new Date((clock += 1_000)), traceId: 't' },
        data: { ...reaction, emoji },
      });
    await react('one', '👍');
    await untilUnread(3);
    await react('two', '❤️');
    await says(1, 'b1');
    await untilUnread(4);
    const { entries } = await page('type=message');
    expect(seen(entries)).toEqual([
      ['b1', 1],
      ['👍', 1],
      ['a2', 2],
    ]);
    expect(entries[1]).toMatchObject({ title: 'bob reacted to your message in Team A', reaction: '👍' });
    expect((await page('type=system')).entries).toEqual([]);
    expect(await call(app, me, 'GET', '/notifications?type=gossip')).toMatchObject({ status: 400 });
  });

  it('loses an entry with all that it stands for, on all devices; the event may come again', async () => {
    const first = messageEvent({ recipientIds: [me], conversationId: rooms[0] ?? '', preview: 'a1' });
    await publish(app, first);
    await untilUnread(1);
    await says(1, 'b1');
    await publish(app, messageEvent({ recipientIds: [me], conversationId: rooms[0] ?? '', preview: 'a2' }));
    await untilUnread(3);
    const device = await service.device(other, me);
    const entry = (await page()).entries.find(({ count }) => count === 2);
    const id = entry?._id ?? '';
    expect(await call(app, me, 'GET', `/notifications/${id}`)).toMatchObject({ data: { content: 'a2' } });
    expect(await call(app, me + 1_000, 'GET', `/notifications/${id}`)).toMatchObject({ status: 404 });
    expect(await call(app, me + 1_000, 'DELETE', `/notifications/${id}`)).toMatchObject({ status: 404 });
    expect(await call(app, me, 'DELETE', `/notifications/${id}`)).toMatchObject({ status: 200, data: {} });
    await vi.waitFor(
      () => expect(device.of('notification:deleted')).toEqual([{ notificationId: id }]),
      5_000,
    );
    await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 1 }), 5_000);
    expect(await call(app, me, 'DELETE', `/notifications/${id}`)).toMatchObject({ status: 404 });
    await publish(app, first);
    await says(2, 'marker');
    await untilUnread(2);
    expect(
      seen((await page('collapse=false')).entries)
        .map(([content]) => content)
        .sort(),
    ).toEqual(['b1', 'marker']);
    const ack = await device.socket.emitWithAck('notification:delete', { notificationId: id });
    expect(ack).toMatchObject({ ok: false, error: { code: 'NOTFOUND' } });
    expect(await device.socket.emitWithAck('notification:get', { notificationId: id })).toMatchObject({
      ok: false,
    });
  });

  it('answers a ping', async () => {
    const { socket } = await service.device(app, me);
    expect(await socket.emitWithAck('notification:ping', { echo: 'x' })).toMatchObject({
      ok: true,
      data: { echo: 'x' },
    });
    expect(await socket.emitWithAck('notification:ping', { echo: 1 })).toMatchObject({
      ok: false,
      error: { code: 'BAD_REQUEST' },
    });
  });
});
