import {
  deleteMessage,
  editMessage,
  joinConversation,
  listMessages,
  messageCreated,
  messageDeleted,
  messageUpdated,
  sendMessage,
  type MessageDto,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

/** There is no RabbitMQ in this file: no send may mind. */
const service = useChatService();
const UNKNOWN = 'f'.repeat(24);

async function groupOfTwo(): Promise<{ alice: Person; bob: Person; conversationId: string }> {
  const [alice, bob] = await service().people('alice', 'bob');
  return { alice, bob, conversationId: (await alice.group(bob))._id };
}

describe('a message', () => {
  it('is stored, numbered, and told to each socket of each member once, joined or not', async () => {
    const { alice, bob, conversationId } = await groupOfTwo();
    const [laptop, phone] = [await bob.device(), await alice.device()];
    await laptop.emit(joinConversation, { conversationId });
    const sent = await alice.emit(sendMessage, { conversationId, content: 'Hello!', clientId: 'c-1' });
    const expected = {
      conversation_id: conversationId,
      seq: 1,
      ev: 1,
      sender_id: alice.id,
      clientId: 'c-1',
      content: 'Hello!',
      type: 'text',
      attachments: [],
      reply_to: null,
      status: 'sent',
      seen_by: [],
      delivery_info: [],
      edited_at: null,
      deleted_at: null,
    };
    expect(sent).toMatchObject(expected);
    expect(sent).not.toHaveProperty('duplicate');
    expect(new Date(sent.created_at).toISOString()).toBe(sent.created_at);
    for (const device of [alice.chat, phone, bob.chat, laptop]) {
      expect(await device.receives(messageCreated)).toMatchObject(sent);
      expect(await device.emit(listMessages, { conversationId })).toEqual([sent]);
      expect(device.received(messageCreated)).toHaveLength(1);
    }
  });

  it('keeps its place: fifty sent at once are stored and heard in the order of sending', async () => {
    const { alice, bob, conversationId } = await groupOfTwo();
    const contents = Array.from({ length: 50 }, (_, index) => `${index}`);
    const sent = await Promise.all(
      contents.map((content) => alice.emit(sendMessage, { conversationId, content })),
    );
    expect(sent.map(({ seq }) => seq)).toEqual(contents.map((_, index) => index + 1));
    const heard = await bob.chat.receivesMany(messageCreated, 50);
    expect(heard.map(({ content }) => content)).toEqual(contents);
    const stored = await bob.emit(listMessages, { conversationId, limit: 50 });
    expect(stored.map(({ content }) => content)).toEqual([...contents].reverse());
  });

  it('is the same one when it is sent again with its clientId, whatever it says now', async () => {
    const { alice, bob, conversationId } = await groupOfTwo();
    const again = { conversationId, content: 'first', clientId: 'same' };
    const raced = await Promise.all([alice.emit(sendMessage, again), alice.emit(sendMessage, again)]);
    const other = await alice.emit(sendMessage, { ...again, content: 'something else' });
    const [first, ...repeats] = [...raced, other];
    expect(first).not.toHaveProperty('duplicate');
    expect(repeats).toEqual([
      { ...first, duplicate: true },
      { ...first, duplicate: true },
    ]);
    const ofBob = await bob.emit(sendMessage, { ...again, content: 'mine' });
    expect(ofBob).toMatchObject({ content: 'mine', seq: 2, clientId: 'same' });
    await bob.chat.receives(messageCreated, ({ seq }) => seq === 2);
    expect(bob.chat.received(messageCreated).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('without a clientId is a new one each time', async () => {
    const { alice, conversationId } = await groupOfTwo();
    const send = () => alice.emit(sendMessage, { conversationId, content: 'hi' });
    const [one, two] = [await send(), await send()];
    expect([one.seq, two.seq]).toEqual([1, 2]);
    expect(one.clientId).not.toBe(two.clientId);
  });

  it('may be attachments only, and must be something', async () => {
    const { alice, conversationId } = await groupOfTwo();
    const attachments = ['https://example.com/a.png'];
    const sent = await alice.emit(sendMessage, { conversationId, attachments, type: 'image' });
    expect(sent).toMatchObject({ content: '', attachments, type: 'image' });
    const nothing = [{}, { content: '' }, { content: ' \n\t' }, { attachments: [] }];
    for (const payload of nothing) {
      const { code, fields } = await refusalOf(alice.emit(sendMessage, { conversationId, ...payload }));
      expect({ code, fields }, JSON.stringify(payload)).toEqual({ code: 'BAD_REQUEST', fields: ['content'] });
    }
    expect(await alice.emit(listMessages, { conversationId })).toHaveLength(1);
  });

  it('may answer another one of the same conversation, and no other', async () => {
    const { alice, conversationId } = await groupOfTwo();
    const elsewhere = await groupOfTwo();
    const question = await alice.emit(sendMessage, { conversationId, content: '?' });
    const far = await elsewhere.alice.emit(sendMessage, {
      conversationId: elsewhere.conversationId,
      content: '?',
    });
    const own = await alice.emit(sendMessage, {
      conversationId,
      content: '!',
      replyTo: question._id.toUpperCase(),
    });
    expect(own.reply_to).toBe(question._id);
    for (const replyTo of [far._id, UNKNOWN]) {
      const refused = await refusalOf(alice.emit(sendMessage, { conversationId, content: '!', replyTo }));
      expect(refused).toMatchObject({ code: 'NOTFOUND' });
    }
  });
});

describe('a change of a message', () => {
  async function sent(): Promise<{
    alice: Person;
    bob: Person;
    conversationId: string;
    message: MessageDto;
  }> {
    const place = await groupOfTwo();
    const { alice, conversationId } = place;
    return { ...place, message: await alice.emit(sendMessage, { conversationId, content: 'first' }) };
  }

  it('by its sender is told to everybody, keeps its place, and says when it was', async () => {
    const { alice, bob, conversationId, message } = await sent();
    const edited = await alice.emit(editMessage, { messageId: message._id, content: 'second' });
    expect(edited).toMatchObject({
      _id: message._id,
      seq: 1,
      ev: 2,
      content: 'second',
      edited_at: expect.any(String),
    });
    expect(edited.created_at).toBe(message.created_at);
    for (const device of [alice.chat, bob.chat])
      expect(await device.receives(messageUpdated)).toEqual(edited);
    expect(await bob.emit(listMessages, { conversationId })).toEqual([edited]);
  });

  it('that changes nothing is no event', async () => {
    const { alice, bob, message } = await sent();
    const same = await alice.emit(editMessage, { messageId: message._id, content: 'first' });
    expect(same).toMatchObject({ ev: 1, edited_at: null });
    await alice.emit(editMessage, { messageId: message._id, content: 'second' });
    await bob.chat.receives(messageUpdated);
    expect(bob.chat.received(messageUpdated).map(({ ev }) => ev)).toEqual([2]);
  });

  it('by another member is forbidden', async () => {
    const { bob, conversationId, message } = await sent();
    const messageId = message._id;
    const attempts = [
      () => bob.emit(editMessage, { messageId, content: 'mine' }),
      () => bob.emit(deleteMessage, { messageId }),
    ];
    for (const attempt of attempts) expect(await refusalOf(attempt())).toMatchObject({ code: 'FORBIDDEN' });
    expect(await bob.emit(listMessages, { conversationId })).toEqual([message]);
  });

  it.each(['', '  \n '])('to "%s" is refused', async (content) => {
    const { alice, message } = await sent();
    const { code, fields } = await refusalOf(alice.emit(editMessage, { messageId: message._id, content }));
    expect({ code, fields }).toEqual({ code: 'BAD_REQUEST', fields: ['content'] });
  });

  it('that deletes it leaves its place, not its content, and happens once', async () => {
    const { alice, bob, conversationId, message } = await sent();
    const messageId = message._id;
    const again = () => alice.emit(deleteMessage, { messageId });
    expect([await again(), await again()]).toEqual([{}, {}]);
    expect(await bob.chat.receives(messageDeleted)).toEqual({ messageId, conversationId, seq: 1, ev: 2 });
    const [tombstone] = await bob.emit(listMessages, { conversationId });
    expect(tombstone).toMatchObject({ _id: messageId, seq: 1, ev: 2, content: '', attachments: [] });
    expect(tombstone?.deleted_at).toEqual(expect.any(String));
    const next = await alice.emit(sendMessage, { conversationId, content: 'next' });
    expect(next).toMatchObject({ seq: 2, ev: 3 });
    await bob.chat.receives(messageCreated, ({ seq }) => seq === 2);
    expect(bob.chat.received(messageDeleted)).toHaveLength(1);
    const refused = await refusalOf(alice.emit(editMessage, { messageId, content: 'back' }));
    expect(refused).toMatchObject({ code: 'NOTFOUND' });
  });

  it('made at once by two devices ends in one of the two, the same for all', async () => {
    const { alice, bob, conversationId, message } = await sent();
    const laptop = await alice.device();
    const contents = ['from the phone', 'from the laptop'];
    await Promise.all(
      [alice.chat, laptop].map((device, index) =>
        device.emit(editMessage, { messageId: message._id, content: contents[index]! }),
      ),
    );
    const heard = await bob.chat.receivesMany(messageUpdated, 2);
    expect(heard.map(({ ev }) => ev)).toEqual([2, 3]);
    expect(heard.map(({ content }) => content).sort()).toEqual([...contents].sort());
    expect(await bob.emit(listMessages, { conversationId })).toEqual([heard[1]]);
  });
});
