import { NOTIFICATION_KINDS, type MessageCreatedDto } from '@app/contracts';
import type { Connection } from 'mongoose';
import { describe, expect, it, vi } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { call, messageEvent, publish, useInstances } from './support/notification-app';

interface Listed {
  content: string;
  quiet?: true;
}

const ALL = { inApp: true, webPush: true, mobilePush: true, email: true };
const EVERYTHING = {
  ...Object.fromEntries(NOTIFICATION_KINDS.map((kind) => [kind, ALL])),
  broadcast: { inApp: true },
};
const ALWAYS = { from: '00:00', to: '00:00', timeZone: 'Asia/Tokyo' };

describe('preferences of notifications', () => {
  const here = useInstances();

  const put = (body: object) => call(here.app, here.me, 'PUT', '/notifications/preferences', body);
  const says = (preview: string, more: Partial<MessageCreatedDto> = {}) =>
    publish(here.app, messageEvent({ recipientIds: [here.me], preview, ...more }));
  const list = async () =>
    (await call(here.app, here.me, 'GET', '/notifications?collapse=false')).data as Listed[];
  const lists = (...contents: string[]) =>
    vi.waitFor(
      async () => expect((await list()).map(({ content }) => content).sort()).toEqual([...contents].sort()),
      5_000,
    );
  const stored = () =>
    here.app.get<Connection>(DATABASE).collection('notifications').find({ user_id: here.me }).toArray();

  it('are all there is, before anything was chosen, and what is left out is so again', async () => {
    const nothing = { kinds: EVERYTHING, doNotDisturb: null, pushContent: true, emailDigest: false };
    expect(await call(here.app, here.me, 'GET', '/notifications/preferences')).toMatchObject({
      status: 200,
      data: { ...nothing, updatedAt: null },
    });
    const doNotDisturb = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
    const chosen = await put({
      kinds: { reaction: { inApp: false } },
      ...{ doNotDisturb, pushContent: false, emailDigest: true },
    });
    expect(chosen.data).toMatchObject({
      kinds: { ...EVERYTHING, reaction: { ...ALL, inApp: false } },
      doNotDisturb,
      pushContent: false,
      emailDigest: true,
    });
    expect((await call(here.other, here.me, 'GET', '/notifications/preferences')).data).toEqual(chosen.data);
    expect((await put({})).data).toMatchObject(nothing);
  });

  it.each([
    [{ kinds: { gossip: {} } }, 'kinds.gossip'],
    [{ kinds: { message: { inApp: 'no' } } }, 'kinds.message.inApp'],
    [{ kinds: { message: { telegraph: true } } }, 'kinds.message.telegraph'],
    [{ kinds: { broadcast: { webPush: true } } }, 'kinds.broadcast.webPush'],
    [{ kinds: { security: { inApp: false } } }, 'kinds.security.inApp'],
    [{ doNotDisturb: { ...ALWAYS, timeZone: 'Mars/Olympus' } }, 'doNotDisturb.timeZone'],
    [{ doNotDisturb: { ...ALWAYS, from: '24:00' } }, 'doNotDisturb.from'],
    [{ doNotDisturb: { from: '10:00', to: '11:00' } }, 'doNotDisturb.timeZone'],
    [{ pushContent: null }, 'pushContent'],
    [{ emailDigest: 'daily' }, 'emailDigest'],
    [{ kinds: { broadcast: { email: true } } }, 'kinds.broadcast.email'],
  ])('%j are refused', async (body, field) => {
    expect(await put(body)).toMatchObject({
      status: 400,
      error: { code: 'BAD_REQUEST', details: [{ field }] },
    });
  });

  it('keep a kind out of the list and the badge, one for each event all the same, on whatever instance', async () => {
    const device = await here.service.device(here.other, here.me);
    await put({ kinds: { message: { inApp: false } } });
    const unwanted = messageEvent({ recipientIds: [here.me], preview: 'a message' });
    await publish(here.app, unwanted);
    await publish(here.app, unwanted);
    await says('a mention', { mentions: [here.me] });
    await says('an answer', { repliedToId: here.me });
    await lists('a mention', 'an answer');
    await vi.waitFor(async () => expect(await stored()).toHaveLength(3), 5_000);
    await vi.waitFor(() => expect(device.of('notification:created')).toHaveLength(2), 5_000);
    await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 2 }), 5_000);
    expect((await list()).map((one) => Object.keys(one)).flat()).not.toContain('hidden');
    // Chosen again: from now on, not for what was.
    await put({});
    await says('another message');
    await lists('a mention', 'an answer', 'another message');
  });

  it('let nothing make a sound in the hours of not being disturbed', async () => {
    const device = await here.service.device(here.other, here.me);
    await put({ doNotDisturb: ALWAYS });
    await says('in the night');
    await vi.waitFor(
      () =>
        expect(device.of('notification:created')).toMatchObject([{ content: 'in the night', quiet: true }]),
      5_000,
    );
    await put({ doNotDisturb: null });
    await says('by day');
    await vi.waitFor(() => expect(device.of('notification:created')).toHaveLength(2), 5_000);
    expect(device.of('notification:created')[1]).not.toHaveProperty('quiet');
    expect((await call(here.app, here.me, 'GET', '/notifications/unread/count')).data).toEqual({ count: 2 });
  });

  it('are asked for once for a batch of people, and not again for those that are at hand', async () => {
    const { db } = here.app.get<Connection>(DATABASE);
    if (!db) throw new Error('no database');
    const people = Array.from({ length: 400 }, (_, index) => 10_000 + index);
    const delivered = (count: number) =>
      vi.waitFor(
        async () =>
          expect(await db.collection('notifications').countDocuments({ user_id: { $in: people } })).toBe(
            count,
          ),
        10_000,
      );
    await db.command({ profile: 2 });
    await publish(here.app, messageEvent({ recipientIds: people }));
    await delivered(400);
    await publish(here.app, messageEvent({ recipientIds: people }));
    await delivered(800);
    await db.command({ profile: 0 });
    const looks = { ns: `${db.databaseName}.notification_preferences`, op: 'query' };
    const count = await db.collection('system.profile').countDocuments(looks);
    // One on each of the two instances, at most.
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(2);
  });

  it('of what the event says of the recipients: who reads it and who has muted it is not told', async () => {
    const [reader, muter, named] = [here.me + 50_000, here.me + 60_000, here.me + 70_000];
    const device = await here.service.device(here.app, reader);
    const event = messageEvent({
      recipientIds: [reader, muter, named],
      ...{ reading: [reader], quiet: [muter], mentions: [named], preview: 'psst' },
    });
    await publish(here.app, event);
    const count = async (userId: number) =>
      (await call(here.app, userId, 'GET', '/notifications/unread/count')).data;
    await vi.waitFor(async () => expect(await count(named)).toEqual({ count: 1 }), 5_000);
    for (const userId of [reader, muter]) {
      expect(await count(userId)).toEqual({ count: 0 });
      expect((await call(here.app, userId, 'GET', '/notifications?collapse=false')).data).toEqual([]);
      expect(
        await call(here.app, userId, 'GET', `/notifications/${event.data.messageId}:${userId}`),
      ).toMatchObject({
        status: 404,
      });
    }
    const found = await here.app
      .get<Connection>(DATABASE)
      .collection('notifications')
      .find({ message_id: event.data.messageId })
      .sort({ user_id: 1 })
      .toArray();
    expect(found).toMatchObject([
      { hidden: 'reading', is_read: true },
      { hidden: 'muted', is_read: true },
      {},
    ]);
    expect(JSON.stringify(found.slice(0, 2))).not.toContain('psst');
    expect(device.of('notification:created')).toEqual([]);
  });
});
