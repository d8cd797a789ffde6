import {
  listConversations,
  listMessages,
  messageStatus,
  readMessage,
  sendMessage,
  typing,
  typingNotice,
  type MessageDto,
} from '@app/contracts';
import type { Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const service = useChatService();

async function unreadOf(person: Person): Promise<number[]> {
  return (await person.emit(listConversations, {})).map(({ unread }) => unread);
}

describe('reading', () => {
  /** Alice has said one, two, three to bob and carol. */
  async function threeSaid() {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    const conversationId = (await alice.group(bob, carol))._id;
    const send = (content: string) => alice.emit(sendMessage, { conversationId, content });
    const messages = [await send('one'), await send('two'), await send('three')] as const;
    return { alice, bob, carol, conversationId, messages };
  }

  const read = (who: Person | Connection, { _id }: MessageDto) => who.emit(readMessage, { messageId: _id });

  it('moves the watermark: what is up to it is read, for the reader and in everybody’s history', async () => {
    const { alice, bob, carol, conversationId, messages } = await threeSaid();
    expect(await unreadOf(bob)).toEqual([3]);
    await read(bob, messages[1]);
    expect(await unreadOf(bob)).toEqual([1]);
    expect(await unreadOf(carol)).toEqual([3]);
    const history = await alice.emit(listMessages, { conversationId });
    expect(history.map(({ seen_by }) => seen_by)).toEqual([[], [bob.id], [bob.id]]);
    expect(history.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
    await read(carol, messages[2]);
    const complete = await alice.emit(listMessages, { conversationId });
    expect(complete.map(({ status }) => status)).toEqual(['sent', 'read', 'read']);
    expect(complete[2]?.delivery_info).toMatchObject([
      { user_id: bob.id, status: 'read' },
      { user_id: carol.id, status: 'read' },
    ]);
  });

  it('never goes back, and is told only when it went forward', async () => {
    const { alice, bob, messages } = await threeSaid();
    await read(bob, messages[2]);
    await read(bob, messages[0]);
    await read(bob, messages[2]);
    expect(await unreadOf(bob)).toEqual([0]);
    await read(alice, messages[0]);
    await alice.chat.receives(messageStatus, ({ userId }) => userId === alice.id);
    expect(alice.chat.received(messageStatus, ({ userId }) => userId === bob.id)).toHaveLength(1);
  });

  it('is told to the sender and to the reader’s own devices, once each, and to nobody else', async () => {
    const { alice, bob, carol, conversationId, messages } = await threeSaid();
    const laptop = await bob.device();
    await read(laptop, messages[1]);
    for (const device of [alice.chat, bob.chat, laptop]) {
      const status = await device.receives(messageStatus);
      expect(status).toEqual({
        messageId: messages[1]._id,
        conversationId,
        userId: bob.id,
        status: 'read',
        timestamp: expect.any(String),
        deliveryInfo: [{ user_id: bob.id, status: 'read', timestamp: status.timestamp }],
      });
    }
    await carol.emit(typing, { conversationId, isTyping: true });
    await alice.chat.receives(typingNotice);
    await unreadOf(carol);
    expect([alice, bob, carol].map(({ chat }) => chat.received(messageStatus).length)).toEqual([1, 1, 0]);
  });

  it('for the first time on many devices at once is no error', async () => {
    const { bob, messages } = await threeSaid();
    const devices = await Promise.all(Array.from({ length: 12 }, () => bob.device()));
    const answers = await Promise.all(devices.map((device, index) => read(device, messages[index % 3]!)));
    expect(answers).toEqual(devices.map(() => ({})));
    expect(await unreadOf(bob)).toEqual([0]);
  });

  it('leaves what comes later, and what is one’s own, out of the count', async () => {
    const { alice, bob, conversationId, messages } = await threeSaid();
    await read(bob, messages[2]);
    await bob.emit(sendMessage, { conversationId, content: 'mine' });
    await alice.emit(sendMessage, { conversationId, content: 'later' });
    expect(await unreadOf(bob)).toEqual([1]);
    expect(await unreadOf(alice)).toEqual([1]);
  });
});

describe('typing', () => {
  it('is shown to the other members, on all their devices, and never to the typist', async () => {
    const [alice, bob, carol, eve] = await service().people('alice', 'bob', 'carol', 'eve');
    const conversationId = (await alice.group(bob, carol))._id;
    const [phone, laptop] = [await alice.device(), await bob.device()];
    for (const isTyping of [true, false]) {
      expect(await alice.emit(typing, { conversationId, isTyping })).toEqual({});
      for (const device of [bob.chat, laptop, carol.chat]) {
        const notice = await device.receives(typingNotice, (got) => got.isTyping === isTyping);
        expect(notice).toEqual({ conversationId, userId: alice.id, isTyping });
      }
    }
    await Promise.all([alice, eve].map(unreadOf));
    await phone.emit(listConversations, {});
    expect([alice.chat, phone, eve.chat].map((device) => device.received(typingNotice))).toEqual([
      [],
      [],
      [],
    ]);
    expect(bob.chat.received(typingNotice)).toHaveLength(2);
  });

  it('alone in a conversation is shown to nobody', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const conversationId = (await alice.group(alice))._id;
    await alice.emit(typing, { conversationId, isTyping: true });
    await Promise.all([alice, bob].map(unreadOf));
    expect([...alice.chat.received(typingNotice), ...bob.chat.received(typingNotice)]).toEqual([]);
  });
});
