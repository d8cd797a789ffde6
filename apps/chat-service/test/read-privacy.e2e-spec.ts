import {
  listConversations,
  listMessages,
  messageStatus,
  readMessage,
  sendMessage,
  type PrivacyDto,
} from '@app/contracts';
import { eventually } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { ConversationCreation } from '../src/conversations/conversation-creation';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { PeopleService } from '../src/people/people.service';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { ownQueues, PeopleEvents } from './support/people-events';

const service = useChatService(...ownQueues());
const events = new PeopleEvents(service);

const OPEN: PrivacyDto = { presence: 'everyone', lastSeen: 'everyone', readReceipts: true };

async function shareReceipts(person: Person, readReceipts: boolean): Promise<void> {
  await events.choosePrivacy(person, { ...OPEN, readReceipts });
  await eventually(
    () => service().app.get(PeopleService).silentReaders([person.id]),
    (silent) => expect(silent.has(person.id)).toBe(!readReceipts),
  );
}

/** Alice has said something to bob and carol. */
async function said() {
  const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
  const { _id: conversationId } = await alice.group(bob, carol);
  const { _id: messageId } = await alice.emit(sendMessage, { conversationId, content: 'hello' });
  const seenBy = async (reader: Person) => {
    const [message] = await reader.emit(listMessages, { conversationId });
    const [listed] = await reader.emit(listConversations, {});
    expect(listed?.lastMessage?.seen_by).toEqual(message?.seen_by);
    expect(message?.delivery_info.map(({ user_id }) => user_id)).toEqual(message?.seen_by);
    return { seen: message?.seen_by, status: message?.status, unread: listed?.unread };
  };
  return { alice, bob, carol, messageId, seenBy };
}

describe('read receipts that somebody keeps to themselves', () => {
  it('reach only their own devices, and their unread count goes down all the same', async () => {
    const { alice, bob, carol, messageId, seenBy } = await said();
    await shareReceipts(bob, false);
    const other = await bob.device();
    await bob.emit(readMessage, { messageId });
    await other.receives(messageStatus, ({ userId }) => userId === bob.id);
    await carol.emit(readMessage, { messageId });
    await alice.chat.receives(messageStatus, ({ userId }) => userId === carol.id);
    expect(alice.chat.received(messageStatus, ({ userId }) => userId === bob.id)).toEqual([]);
    expect(await seenBy(alice)).toEqual({ seen: [carol.id], status: 'sent', unread: 0 });
    expect(await seenBy(bob)).toMatchObject({ seen: [bob.id], unread: 0 });
  });

  it('go with not seeing those of others', async () => {
    const { alice, bob, carol, messageId, seenBy } = await said();
    await shareReceipts(alice, false);
    await bob.emit(readMessage, { messageId });
    await carol.emit(readMessage, { messageId });
    expect(await seenBy(alice)).toMatchObject({ seen: [], status: 'sent' });
    expect(await seenBy(bob)).toMatchObject({ seen: [bob.id, carol.id], status: 'read' });
    await alice.emit(readMessage, { messageId });
    await alice.chat.receives(messageStatus, ({ userId }) => userId === alice.id);
    expect(alice.chat.received(messageStatus)).toHaveLength(1);
  });

  it('are there again when they are shared again', async () => {
    const { alice, bob, messageId, seenBy } = await said();
    await shareReceipts(bob, false);
    await bob.emit(readMessage, { messageId });
    expect((await seenBy(alice)).seen).toEqual([]);
    await shareReceipts(bob, true);
    expect((await seenBy(alice)).seen).toEqual([bob.id]);
  });
});

describe('a message request', () => {
  it('is read unseen, until it is accepted', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { state } = await service()
      .app.get(ConversationCreation)
      .create({
        type: 'private',
        name: null,
        avatar: null,
        description: null,
        participants: [alice.id, bob.id],
        initiatorId: alice.id,
        status: 'pending',
      });
    const place = { conversationId: state.id };
    const { _id: messageId } = await alice.emit(sendMessage, { ...place, content: 'may I?' });
    await bob.emit(readMessage, { messageId });
    await bob.chat.receives(messageStatus);
    expect(await alice.emit(listMessages, place)).toMatchObject([{ seen_by: [], status: 'sent' }]);
    expect(await bob.emit(listMessages, place)).toMatchObject([{ seen_by: [bob.id] }]);
    await service()
      .app.get(ConversationStates)
      .change({ userId: bob.id }, state.id, undefined, () => ({ action: 'request-accepted', userIds: [] }));
    const [, first] = await alice.emit(listMessages, place);
    expect(first).toMatchObject({ seen_by: [bob.id], status: 'read' });
    const second = await alice.emit(sendMessage, { ...place, content: 'thank you' });
    await bob.emit(readMessage, { messageId: second._id });
    await alice.chat.receives(messageStatus, (notice) => notice.messageId === second._id);
    expect(alice.chat.received(messageStatus)).toHaveLength(1);
  });
});
