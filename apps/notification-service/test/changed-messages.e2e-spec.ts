import type { NestExpressApplication } from '@nestjs/platform-express';
import { messageEditedEvent, messageRemovedEvent, type MessageCreatedDto } from '@app/contracts';
import type { OutgoingEvent } from '@app/messaging';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, messageEvent, publish, stores, TestService } from './support/notification-app';

type Created = OutgoingEvent<MessageCreatedDto>;

const changeOf = ({ data, key, at, traceId }: Created, ev: number) => {
  const { messageId, conversationId, seq, senderId } = data;
  return {
    envelope: { id: `${messageId}.${ev}`, key, at, traceId },
    place: { messageId, conversationId, seq, ev, senderId },
  };
};

function edited(event: Created, ev: number, preview: string): OutgoingEvent {
  const { envelope, place } = changeOf(event, ev);
  const data = { ...place, preview, editedAt: event.at.toISOString() };
  return { contract: messageEditedEvent, ...envelope, data };
}

function removed(event: Created, ev: number): OutgoingEvent {
  const { envelope, place } = changeOf(event, ev);
  const data = { ...place, deletedAt: event.at.toISOString() };
  return { contract: messageRemovedEvent, ...envelope, data };
}

describe('notifications of a message', () => {
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

  const listed = async (userId: number) =>
    (await call(app, userId, 'GET', '/notifications?collapse=false&limit=100')).data as {
      title: string;
      content: string;
    }[];
  const reads = (userId: number, ...expected: object[]) =>
    vi.waitFor(async () => expect(await listed(userId)).toMatchObject(expected), { timeout: 5_000 });

  it('that names somebody say so, to them only', async () => {
    const event = messageEvent({ recipientIds: [me, other], senderName: 'ann', mentions: [me] });
    await publish(app, event);
    await reads(me, { title: 'ann mentioned you in Team A', mentioned: true, content: 'Hello!' });
    await reads(other, { title: 'ann in Team A' });
    expect((await listed(other))[0]).not.toHaveProperty('mentioned');
  });

  it('that names everybody say so to all', async () => {
    await publish(
      app,
      messageEvent({
        recipientIds: [me, other],
        senderName: 'ann',
        mentionAll: true,
        conversationType: 'private',
        conversationName: null,
      }),
    );
    for (const user of [me, other]) await reads(user, { title: 'ann mentioned you', mentioned: true });
  });

  it('say what it says after an edit, and nothing once it is deleted', async () => {
    const event = messageEvent({ recipientIds: [me, other], senderName: 'ann', preview: 'a secret' });
    const untouched = messageEvent({ recipientIds: [me], preview: 'another message' });
    await publish(app, event);
    await reads(me, { content: 'a secret' });
    await publish(app, untouched);
    await publish(app, edited(event, 2, 'no secret'));
    for (const user of [me, other])
      await vi.waitFor(async () =>
        expect(await listed(user)).toContainEqual(
          expect.objectContaining({ title: 'ann in Team A', content: 'no secret' }),
        ),
      );
    await publish(app, removed(event, 3));
    await reads(other, { title: 'Deleted message', content: '' });
    await reads(me, { content: 'another message' }, { title: 'Deleted message', content: '' });
    const text = JSON.stringify((await call(app, me, 'GET', '/notifications')).data);
    expect(text).not.toContain('message_ev');
  });

  it('follow the latest change, in whatever order the events come', async () => {
    const event = messageEvent({ recipientIds: [me], preview: 'a secret' });
    await publish(app, removed(event, 7));
    await publish(app, edited(event, 6, 'another secret'));
    await publish(app, event);
    await reads(me, { title: 'Deleted message', content: '' });
    // Behind these, so that both have been looked at.
    const second = messageEvent({ recipientIds: [me], preview: 'first' });
    await publish(app, second);
    await publish(app, edited(second, 9, 'third'));
    await publish(app, edited(second, 8, 'second'));
    await publish(app, edited(event, 5, 'a third secret'));
    const marker = messageEvent({ recipientIds: [me], preview: 'marker' });
    await publish(app, marker);
    await publish(app, edited(marker, 2, 'the end'));
    await reads(me, { content: 'the end' }, { content: 'third' }, { title: 'Deleted message', content: '' });
  });

  it('are pushed as they are then, when the change was faster', async () => {
    const device = await service.device(app, me);
    const event = messageEvent({ recipientIds: [me], preview: 'a secret' });
    const before = messageEvent({ recipientIds: [me], preview: 'marker' });
    await publish(app, before);
    await publish(app, removed(event, 3));
    await publish(app, removed(before, 3));
    await reads(me, { title: 'Deleted message' });
    await publish(app, event);
    await vi.waitFor(() => expect(device.of('notification:created')).toHaveLength(2), { timeout: 5_000 });
    expect(device.of('notification:created')[1]).toMatchObject({ title: 'Deleted message', content: '' });
  });
});
