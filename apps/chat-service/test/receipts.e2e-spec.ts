import {
  addMember,
  conversationRead,
  deleteMessage,
  deliverMessage,
  getDelivery,
  getMessageStatus,
  listConversations,
  listMessages,
  markConversationRead,
  markMessagesRead,
  messageStatus,
  postConversationRead,
  postDelivery,
  postMessageDelivered,
  postMessageRead,
  postMessagesRead,
  readMessage,
  sendMessage,
  updateMessageStatus,
  type ClientEvent,
  type MessageDto,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const service = useChatService({ MAX_READERS_SHOWN: '3' });

/** Alice has said one, two, three to bob and carol. */
async function threeSaid() {
  const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
  const conversationId = (await alice.group(bob, carol))._id;
  const send = (who: Person, content: string) => who.emit(sendMessage, { conversationId, content });
  const messages = [await send(alice, 'one'), await send(alice, 'two'), await send(alice, 'three')] as const;
  const statuses = async (who: Person) =>
    (await who.emit(listMessages, { conversationId })).map(({ status }) => status).reverse();
  return { alice, bob, carol, conversationId, messages, send, statuses };
}

const idOf = ({ _id }: MessageDto) => _id;

describe('what has been delivered', () => {
  it('moves the status of messages from sent over delivered to read, once all others are there', async () => {
    const { alice, bob, carol, messages, statuses } = await threeSaid();
    await bob.emit(deliverMessage, { messageId: idOf(messages[2]) });
    expect(await statuses(alice)).toEqual(['sent', 'sent', 'sent']);
    await carol.emit(deliverMessage, { messageId: idOf(messages[1]) });
    expect(await statuses(alice)).toEqual(['delivered', 'delivered', 'sent']);
    await bob.emit(readMessage, { messageId: idOf(messages[2]) });
    await carol.emit(readMessage, { messageId: idOf(messages[0]) });
    expect(await statuses(alice)).toEqual(['read', 'delivered', 'sent']);
  });

  it('is told to the sender and to the own devices, once each; going back is no news', async () => {
    const { alice, bob, carol, conversationId, messages } = await threeSaid();
    for (const index of [1, 0, 1] as const)
      await bob.emit(deliverMessage, { messageId: idOf(messages[index]) });
    await bob.emit(deliverMessage, { messageId: idOf(messages[2]) });
    const expected = [messages[1], messages[2]].map(({ _id }) => ({
      messageId: _id,
      conversationId,
      userId: bob.id,
      status: 'delivered',
      timestamp: expect.any(String),
      deliveryInfo: [{ user_id: bob.id, status: 'delivered', timestamp: expect.any(String) }],
    }));
    for (const { chat } of [alice, bob]) expect(await chat.receivesMany(messageStatus, 2)).toEqual(expected);
    expect(carol.chat.received(messageStatus)).toEqual([]);
  });

  it('is implied by reading, also when it is reported late', async () => {
    const { alice, bob, messages } = await threeSaid();
    await bob.emit(readMessage, { messageId: idOf(messages[1]) });
    await bob.emit(deliverMessage, { messageId: idOf(messages[1]) });
    const infoOf = async ({ _id }: MessageDto) =>
      (await alice.emit(getMessageStatus, { messageId: _id })).delivery_info[0]?.status;
    expect(await Promise.all(messages.map(infoOf))).toEqual(['read', 'read', 'sent']);
    await bob.emit(deliverMessage, { messageId: idOf(messages[2]) });
    expect(await Promise.all(messages.map(infoOf))).toEqual(['read', 'read', 'delivered']);
  });
});

it('messages of before somebody came do not wait for them, and those after do', async () => {
  const { alice, bob, carol, conversationId, messages, send, statuses } = await threeSaid();
  const [dave] = await service().people('dave');
  await alice.emit(addMember, { conversationId, userId: dave.id });
  const after = await send(alice, 'five');
  for (const who of [bob, carol]) await who.emit(markConversationRead, { conversationId });
  expect(await statuses(alice)).toEqual(['read', 'read', 'read', 'read', 'sent']);
  await dave.emit(readMessage, { messageId: idOf(after) });
  expect(await statuses(alice)).toEqual(['read', 'read', 'read', 'read', 'read']);
  const { delivery_info } = await alice.emit(getMessageStatus, { messageId: idOf(messages[0]) });
  expect(delivery_info.map(({ user_id }) => user_id)).toEqual([bob.id, carol.id]);
});

describe('marking several messages', () => {
  it('moves the watermark in each conversation to the newest of them, and each device hears once', async () => {
    const { alice, bob, carol, conversationId, messages, send } = await threeSaid();
    const fromCarol = await send(carol, 'four');
    const other = (await carol.group(bob))._id;
    const elsewhere = await carol.emit(sendMessage, { conversationId: other, content: 'elsewhere' });
    const messageIds = [messages[1], fromCarol, messages[0], elsewhere].map(idOf);
    expect(await bob.emit(markMessagesRead, { messageIds })).toEqual({});
    const seen = await alice.emit(listMessages, { conversationId });
    expect(seen.map(({ seen_by }) => seen_by)).toEqual([[bob.id], [bob.id], [bob.id], [bob.id]]);
    expect((await carol.emit(listMessages, { conversationId: other })).map(({ status }) => status)).toEqual([
      'read',
    ]);
    const told = async (who: Person, count: number) => {
      const events = await who.chat.receivesMany(messageStatus, count);
      return events.map(({ messageId }) => messageId).sort();
    };
    expect(await told(alice, 1)).toEqual([idOf(messages[1])]);
    expect(await told(carol, 2)).toEqual([idOf(fromCarol), idOf(elsewhere)].sort());
    expect(await told(bob, 2)).toEqual([idOf(fromCarol), idOf(elsewhere)].sort());
    await alice.chat.receives(conversationRead);
    expect([alice, bob, carol].map(({ chat }) => chat.received(messageStatus).length)).toEqual([1, 2, 2]);
  });

  it('does nothing when one of them is unknown or of others, and says which', async () => {
    const { alice, bob, conversationId, messages } = await threeSaid();
    const eve = await threeSaid();
    for (const foreign of [idOf(eve.messages[0]), 'f'.repeat(24)]) {
      const ask = bob.emit(markMessagesRead, { messageIds: [idOf(messages[0]), foreign] });
      const { code, message, fields } = await refusalOf(ask);
      expect({ code, message: message.split(': ')[1], fields }).toEqual({
        code: 'NOTFOUND',
        message: 'NOTFOUND message not found',
        fields: ['messageIds[1]'],
      });
    }
    const seen = await alice.emit(listMessages, { conversationId });
    expect(seen.flatMap(({ seen_by }) => seen_by)).toEqual([]);
  });

  it.each([[[]], [Array.from({ length: 101 }, () => 'f'.repeat(24))], [['x']], ['no list']])(
    'refuses %j',
    async (messageIds) => {
      const [bob] = await service().people('bob');
      const { code, fields } = await refusalOf(
        bob.emit(markMessagesRead, { messageIds: messageIds as string[] }),
      );
      expect({ code, fields }).toEqual({ code: 'BAD_REQUEST', fields: ['messageIds'] });
    },
  );
});

describe('marking a conversation', () => {
  it('reads up to a place or to the end, also when one’s own words stand there', async () => {
    const { alice, bob, conversationId, messages, send, statuses } = await threeSaid();
    await bob.emit(markConversationRead, { conversationId, upToSeq: 2 });
    expect((await alice.chat.receives(messageStatus)).messageId).toBe(idOf(messages[1]));
    const own = await send(bob, 'mine');
    await bob.emit(markConversationRead, { conversationId });
    expect((await alice.chat.receivesMany(messageStatus, 2))[1]?.messageId).toBe(idOf(messages[2]));
    expect((await bob.chat.receivesMany(messageStatus, 2))[1]?.messageId).toBe(idOf(own));
    const reads = await alice.chat.receivesMany(conversationRead, 2);
    expect(reads).toEqual(
      [2, 4].map((seq) => ({ conversationId, userId: bob.id, seq, at: expect.any(String) })),
    );
    // Nothing new: nothing is told.
    await bob.emit(markConversationRead, { conversationId, upToSeq: 1_000_000 });
    await bob.emit(markConversationRead, { conversationId, upToSeq: 1 });
    expect(await statuses(alice)).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect(alice.chat.received(conversationRead)).toHaveLength(2);
  });

  it('of no messages is nothing, of others does not exist', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const conversationId = (await alice.group(bob))._id;
    expect(await alice.emit(markConversationRead, { conversationId })).toEqual({});
    for (const id of [conversationId, 'f'.repeat(24)]) {
      expect((await refusalOf(eve.emit(markConversationRead, { conversationId: id }))).code).toBe('NOTFOUND');
    }
    const bad = await refusalOf(alice.emit(markConversationRead, { conversationId, upToSeq: 0 }));
    expect(bad.fields).toEqual(['upToSeq']);
  });
});

describe('the status of a message', () => {
  it('is told member by member, to members only', async () => {
    const { alice, bob, carol, messages } = await threeSaid();
    await bob.emit(updateMessageStatus, { messageId: idOf(messages[0]), status: 'read' });
    await carol.emit(updateMessageStatus, { messageId: idOf(messages[0]), status: 'delivered' });
    const timestamp = expect.any(String) as string;
    const first = {
      messageId: idOf(messages[0]),
      status: 'delivered',
      delivery_info: [
        { user_id: bob.id, status: 'read', timestamp },
        { user_id: carol.id, status: 'delivered', timestamp },
      ],
    };
    expect(await alice.emit(getMessageStatus, { messageId: idOf(messages[0]) })).toEqual(first);
    expect(await bob.rest.call(getDelivery, { params: { id: idOf(messages[0]) } })).toEqual(first);
    const [dave] = await service().people('dave');
    for (const messageId of [idOf(messages[0]), 'f'.repeat(24)])
      expect((await refusalOf(dave.emit(getMessageStatus, { messageId }))).message).toContain(
        'message not found',
      );
  });

  it('failed is passed on to the sender and not kept', async () => {
    const { alice, bob, carol, messages, statuses } = await threeSaid();
    await bob.emit(updateMessageStatus, { messageId: idOf(messages[0]), status: 'failed' });
    expect(await alice.chat.receives(messageStatus)).toMatchObject({
      messageId: idOf(messages[0]),
      userId: bob.id,
      status: 'failed',
      deliveryInfo: [],
    });
    expect(await statuses(alice)).toEqual(['sent', 'sent', 'sent']);
    expect(carol.chat.received(messageStatus)).toEqual([]);
    const bad = bob.emit(updateMessageStatus, { messageId: idOf(messages[0]), status: 'sent' as 'read' });
    expect((await refusalOf(bad)).fields).toEqual(['status']);
  });

  it.each([readMessage, deliverMessage, getMessageStatus] as ClientEvent<{ messageId: string }>[])(
    '$name of a message of others is like one of a message that does not exist',
    async (event) => {
      const { messages } = await threeSaid();
      const [eve] = await service().people('eve');
      const refusals = await Promise.all(
        [idOf(messages[0]), 'f'.repeat(24)].map((messageId) => refusalOf(eve.emit(event, { messageId }))),
      );
      expect(refusals.map(({ code, message }) => [code, message])).toEqual([
        ['NOTFOUND', refusals[1]?.message],
        ['NOTFOUND', refusals[0]?.message],
      ]);
    },
  );
});

describe('over REST', () => {
  it('the same is done and told', async () => {
    const { alice, bob, carol, conversationId, messages, statuses } = await threeSaid();
    const [one, two, three] = messages.map(idOf) as [string, string, string];
    expect(await bob.rest.call(postMessageDelivered, { params: { id: one } })).toEqual({});
    expect(await bob.rest.call(postMessageRead, { params: { id: one } })).toEqual({});
    await bob.rest.call(postMessagesRead, { body: { messageIds: [one, two] } });
    await bob.rest.call(postConversationRead, { params: { id: conversationId }, body: {} });
    await carol.rest.call(postConversationRead, { params: { id: conversationId }, body: { upToSeq: 1 } });
    await carol.rest.call(postDelivery, { params: { id: three }, body: { status: 'delivered' } });
    expect(await statuses(alice)).toEqual(['read', 'delivered', 'delivered']);
    const [dave] = await service().people('dave');
    for (const id of [one, 'f'.repeat(24)]) {
      for (const route of [postMessageRead, postMessageDelivered, getDelivery])
        expect((await refusalOf(dave.rest.call(route, { params: { id } }))).code).toBe('NOTFOUND');
      const marks = dave.rest.call(postMessagesRead, { body: { messageIds: [id] } });
      expect((await refusalOf(marks)).code).toBe('NOTFOUND');
    }
    const refused = dave.rest.call(postConversationRead, { params: { id: conversationId }, body: {} });
    expect((await refusalOf(refused)).code).toBe('NOTFOUND');
    const bad = bob.rest.call(postDelivery, { params: { id: one }, body: { status: 'sent' as 'read' } });
    expect((await refusalOf(bad)).fields).toEqual(['status']);
  });
});

describe('in a conversation of more members than a message names readers', () => {
  it('the number is told, the first are named, and reading stays with the reader and the sender', async () => {
    const [alice, ...others] = await service().people('alice', 'bob', 'carol', 'dave', 'erin');
    const conversationId = (await alice.group(...others))._id;
    const { _id: messageId } = await alice.emit(sendMessage, { conversationId, content: 'to all' });
    for (const other of others) await other.emit(readMessage, { messageId });
    const [message] = await alice.emit(listMessages, { conversationId });
    expect(message).toMatchObject({ status: 'read', seen_count: 4 });
    expect(message?.seen_by).toEqual(others.slice(0, 3).map(({ id }) => id));
    expect(message?.delivery_info).toEqual([]);
    const { delivery_info } = await alice.emit(getMessageStatus, { messageId });
    expect(delivery_info.map(({ user_id }) => user_id)).toEqual(others.map(({ id }) => id));
    await alice.chat.receivesMany(messageStatus, 4);
    await others[0].chat.receives(conversationRead, ({ userId }) => userId === others[0].id);
    expect(alice.chat.received(conversationRead)).toEqual([]);
  });

  it('what somebody has hidden from themself is gone at once, whatever is remembered of the others', async () => {
    const [alice, bob, ...others] = await service().people('alice', 'bob', 'carol', 'dave', 'erin');
    const conversationId = (await alice.group(bob, ...others))._id;
    for (const content of ['one', 'two']) await alice.emit(sendMessage, { conversationId, content });
    const saidTo = async (who: Person) =>
      (await who.emit(listMessages, { conversationId })).map(({ content }) => content);
    const lastOf = async (who: Person) =>
      (await who.emit(listConversations, {})).map(({ lastMessage }) => lastMessage?.content);
    const [two] = await bob.emit(listMessages, { conversationId });
    expect(await lastOf(bob)).toEqual(['two']);
    await bob.emit(deleteMessage, { messageId: two!._id, forMe: true });
    expect(await saidTo(bob)).toEqual(['one']);
    expect(await lastOf(bob)).toEqual(['one']);
    expect(await saidTo(alice)).toEqual(['two', 'one']);
  });
});
