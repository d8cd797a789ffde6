import {
  deleteScheduled,
  getScheduled,
  listMessages,
  listScheduled,
  messageCreated,
  messageScheduled,
  messageUnscheduled,
  patchScheduled,
  postScheduled,
  rescheduleMessage,
  scheduleMessage,
  unscheduleMessage,
  type ScheduledMessageDto,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { mongo, type Connection } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { DATABASE } from '@app/mongodb';
import { MessagesService } from '../src/messages/messages.service';
import { ChatService, freshDatabase, useChatService } from './support/chat-service';

const settings = { MONGODB_URI: freshDatabase(), MAX_SCHEDULED: '5' };
const service = useChatService(settings);

const inOneHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** Time passes: its moment was a second ago. */
async function letCome({ _id }: ScheduledMessageDto): Promise<void> {
  const { collection } = collectionOf(service());
  await collection.updateOne(
    { _id: new mongo.ObjectId(_id) },
    { $set: { send_at: new Date(Date.now() - 1_000) } },
  );
}

const collectionOf = ({ app }: ChatService) => ({
  collection: app.get<Connection>(DATABASE).collection('scheduled_messages'),
});

async function talk() {
  const [alice, bob] = await service().people('alice', 'bob');
  const { _id: conversationId } = await alice.group(bob);
  return { alice, bob, conversationId };
}

describe('scheduled messages', () => {
  it('are sent once when their time has come, and not before', async () => {
    const { alice, bob, conversationId } = await talk();
    const phone = await alice.device();
    const waiting = await alice.emit(scheduleMessage, {
      conversationId,
      content: 'Good morning',
      sendAt: inOneHour(),
    });
    expect(waiting).toMatchObject({ status: 'waiting', content: 'Good morning', type: 'text' });
    expect(await phone.receives(messageScheduled)).toEqual(waiting);
    expect(await alice.emit(listScheduled, {})).toEqual([waiting]);
    expect(await bob.emit(listScheduled, {})).toEqual([]);
    expect(await bob.emit(listMessages, { conversationId })).toEqual([]);
    await letCome(waiting);
    expect(await bob.chat.receives(messageCreated)).toMatchObject({
      content: 'Good morning',
      sender_id: alice.id,
    });
    expect(await phone.receives(messageUnscheduled)).toMatchObject({
      scheduledId: waiting._id,
      reason: 'sent',
    });
    expect(await alice.rest.call(getScheduled)).toEqual([]);
    expect(await bob.emit(listMessages, { conversationId })).toHaveLength(1);
  });

  it('are sent once also by a process that died between sending and noting it, and in the order of their time', async () => {
    const { alice, bob, conversationId } = await talk();
    const all: ScheduledMessageDto[] = [];
    for (const content of ['1', '2', '3'])
      all.push(await alice.emit(scheduleMessage, { conversationId, content, sendAt: inOneHour() }));
    // What is left by one that dies right behind the send of the first.
    const first = all[0]!;
    const { collection } = collectionOf(service());
    const sent = await service()
      .app.get(MessagesService)
      .send(
        { userId: alice.id, username: 'alice', requestId: 'r' },
        { conversationId, content: '1', clientId: `scheduled:${first._id}` },
      );
    await sent.answer;
    await collection.updateOne({ _id: new mongo.ObjectId(first._id) }, { $set: { status: 'sending' } });
    expect((await refusalOf(alice.emit(unscheduleMessage, { scheduledId: first._id }))).code).toBe(
      'CONFLICT',
    );
    const ids = all.map(({ _id }) => new mongo.ObjectId(_id));
    for (const [index, _id] of ids.entries())
      await collection.updateOne({ _id }, { $set: { send_at: new Date(Date.now() - 1_000 + index) } });
    await bob.chat.receives(messageCreated, ({ content }) => content === '3');
    const history = await bob.emit(listMessages, { conversationId });
    expect(history.map(({ content }) => content)).toEqual(['3', '2', '1']);
  });

  it('of several instances go out once', async () => {
    const second = await ChatService.start(settings);
    try {
      const { alice, bob, conversationId } = await talk();
      for (let n = 0; n < 5; n++)
        await letCome(
          await alice.emit(scheduleMessage, { conversationId, content: String(n), sendAt: inOneHour() }),
        );
      await eventually(
        () => alice.emit(listScheduled, {}),
        (list) => expect(list).toEqual([]),
      );
      expect((await bob.emit(listMessages, { conversationId })).map(({ content }) => content).sort()).toEqual(
        ['0', '1', '2', '3', '4'],
      );
    } finally {
      await second.app.close();
    }
  });

  it('can be changed and taken back by their author until they are sent, by nobody else', async () => {
    const { alice, bob, conversationId } = await talk();
    const { _id: scheduledId } = await alice.rest.call(postScheduled, {
      params: { id: conversationId },
      body: { content: 'a', sendAt: inOneHour() },
    });
    const later = new Date(Date.now() + 7_200_000).toISOString();
    const changed = await alice.emit(rescheduleMessage, { scheduledId, content: 'b', sendAt: later });
    expect(changed).toMatchObject({ content: 'b', send_at: later, status: 'waiting' });
    const patched = await alice.rest.call(patchScheduled, {
      params: { id: scheduledId },
      body: { content: 'c' },
    });
    expect(patched).toMatchObject({ content: 'c', send_at: later });
    const emptied = await refusalOf(alice.emit(rescheduleMessage, { scheduledId, content: ' ' }));
    expect(emptied).toMatchObject({ code: 'BAD_REQUEST', fields: ['content'] });
    expect(await alice.emit(listScheduled, { conversationId })).toMatchObject([{ content: 'c' }]);
    for (const attempt of [
      () => bob.emit(rescheduleMessage, { scheduledId, content: 'x' }),
      () => bob.emit(unscheduleMessage, { scheduledId }),
      () => bob.rest.call(patchScheduled, { params: { id: scheduledId }, body: { content: 'x' } }),
      () => bob.rest.call(deleteScheduled, { params: { id: scheduledId } }),
    ])
      expect((await refusalOf(attempt())).code).toBe('NOTFOUND');
    await alice.emit(unscheduleMessage, { scheduledId });
    expect(await alice.chat.receives(messageUnscheduled)).toMatchObject({ scheduledId, reason: 'cancelled' });
    const again = refusalOf(alice.rest.call(deleteScheduled, { params: { id: scheduledId } }));
    expect((await again).code).toBe('NOTFOUND');
    const other = await alice.emit(scheduleMessage, { conversationId, content: 'd', sendAt: inOneHour() });
    await alice.rest.call(deleteScheduled, { params: { id: other._id } });
    expect(await alice.emit(listScheduled, { conversationId })).toEqual([]);
  });

  it('fail when their author may not send any more, say why, and may be tried again', async () => {
    const { alice, bob, conversationId } = await talk();
    const waiting = await bob.emit(scheduleMessage, { conversationId, content: 'late', sendAt: inOneHour() });
    const states = service().app.get(ConversationStates);
    const change = (action: 'member-removed' | 'member-added') =>
      states.change({ userId: alice.id }, conversationId, undefined, () => ({ action, userIds: [bob.id] }));
    await change('member-removed');
    await letCome(waiting);
    const failed = await bob.chat.receives(messageScheduled, ({ status }) => status === 'failed');
    expect(failed).toMatchObject({ _id: waiting._id, error: 'NOTFOUND' });
    await change('member-added');
    const scheduledId = waiting._id;
    const noTime = await refusalOf(bob.emit(rescheduleMessage, { scheduledId }));
    expect(noTime).toMatchObject({ code: 'BAD_REQUEST', fields: ['sendAt'] });
    await letCome(await bob.emit(rescheduleMessage, { scheduledId, sendAt: inOneHour() }));
    await alice.chat.receives(messageCreated, ({ content }) => content === 'late');
  });

  it('are one for a repeated clientId', async () => {
    const { alice, conversationId } = await talk();
    const ask = () =>
      alice.emit(scheduleMessage, { conversationId, content: 'x', sendAt: inOneHour(), clientId: 'c' });
    const all = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(all.map(({ _id }) => _id)).size).toBe(1);
    expect(await alice.emit(listScheduled, {})).toHaveLength(1);
  });

  it('come in pages, and are limited in number and time', async () => {
    const { alice, bob, conversationId } = await talk();
    const at = inOneHour();
    for (let n = 0; n < 5; n++)
      await alice.emit(scheduleMessage, { conversationId, content: String(n), sendAt: at });
    const { data, page } = await alice.chat.ask(listScheduled, { limit: 3 });
    const rest = await alice.emit(listScheduled, { limit: 3, cursor: page?.next ?? '' });
    expect([...data, ...rest].map(({ content }) => content)).toEqual(['0', '1', '2', '3', '4']);
    const wrong = async (more: object) =>
      refusalOf(alice.emit(scheduleMessage, { conversationId, content: 'x', sendAt: at, ...more }));
    expect(await wrong({})).toMatchObject({ code: 'CONFLICT' });
    const [carol] = await service().people('carol');
    const group = await carol.group(bob);
    const refuse = (more: object) =>
      refusalOf(
        carol.emit(scheduleMessage, { conversationId: group._id, content: 'x', sendAt: at, ...more }),
      );
    expect(await refuse({ sendAt: new Date(0).toISOString() })).toMatchObject({ fields: ['sendAt'] });
    expect(await refuse({ sendAt: '2999-01-01T00:00:00.000Z' })).toMatchObject({ fields: ['sendAt'] });
    expect(await refuse({ content: ' ' })).toMatchObject({ fields: ['content'] });
    expect((await refuse({ conversationId })).code).toBe('NOTFOUND');
    const rest2 = carol.rest.call(postScheduled, {
      params: { id: conversationId },
      body: { content: 'x', sendAt: at },
    });
    expect((await refusalOf(rest2)).code).toBe('NOTFOUND');
    expect(await refusalOf(alice.emit(listScheduled, { cursor: 'x' }))).toMatchObject({ fields: ['cursor'] });
    const query = alice.rest.call(getScheduled, { query: { limit: 0 } });
    expect(await refusalOf(query)).toMatchObject({ fields: ['limit'] });
  });
});
