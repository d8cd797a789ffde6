import {
  createConversation,
  deleteMessage,
  editMessage,
  messageCreated,
  messageStatus,
  readMessage,
  scheduleMessage,
  sendMessage,
  setDisappear,
  typing,
  typingNotice,
  userBlocked,
  userUnblocked,
  type ConversationDto,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { ownQueues, PeopleEvents } from './support/people-events';

const [settings, messaging] = ownQueues();
const service = useChatService(settings, messaging);
const events = new PeopleEvents(service);

const talk = (a: Person, b: Person): Promise<ConversationDto> =>
  a.emit(createConversation, { type: 'private', participantIds: [b.id] });
const send = (who: Person, { _id }: ConversationDto, content = 'hello') =>
  who.emit(sendMessage, { conversationId: _id, content });

/** Two who talk, until alice blocks bob. */
async function blocked() {
  const [alice, bob] = await service().people('alice', 'bob');
  const conversation = await service().talk(alice, bob);
  const message = await send(bob, conversation, 'before');
  await events.blocked(alice, bob);
  await alice.chat.receives(userBlocked, ({ userId }) => userId === bob.id);
  return { alice, bob, conversation, message };
}

describe('a block', () => {
  it('ends private messages in both directions, and unblocking lets them through again', async () => {
    const { alice, bob, conversation } = await blocked();
    for (const who of [bob, alice])
      expect(await refusalOf(send(who, conversation)), `${who.id}`).toMatchObject({ code: 'FORBIDDEN' });
    await events.unblocked(alice, bob);
    await alice.chat.receives(userUnblocked, ({ userId }) => userId === bob.id);
    const { _id } = await send(bob, conversation, 'after');
    await alice.chat.receives(messageCreated, (message) => message._id === _id);
    expect(alice.chat.received(messageCreated).map(({ content }) => content)).toEqual(['before', 'after']);
  });

  it('is not got around by a message for later, and lets neither say how long messages live', async () => {
    const { alice, bob, conversation } = await blocked();
    const conversationId = conversation._id;
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    for (const who of [bob, alice]) {
      const later = who.emit(scheduleMessage, { conversationId, content: 'later', sendAt });
      expect((await refusalOf(later)).code).toBe('FORBIDDEN');
      const set = who.emit(setDisappear, { conversationId, seconds: 60 });
      expect((await refusalOf(set)).code).toBe('FORBIDDEN');
    }
  });

  it('is told to the own devices only', async () => {
    const { alice, bob } = await blocked();
    expect(alice.chat.received(userBlocked)).toEqual([{ userId: bob.id }]);
    expect(bob.chat.received(userBlocked)).toEqual([]);
  });

  it('is not got around by an edit, and leaves the right to take back what one has said', async () => {
    const { bob, message } = await blocked();
    const edit = bob.emit(editMessage, { messageId: message._id, content: 'an insult' });
    expect((await refusalOf(edit)).code).toBe('FORBIDDEN');
    await bob.emit(deleteMessage, { messageId: message._id });
  });

  it('keeps typing and reading to oneself', async () => {
    const { alice, bob, conversation, message } = await blocked();
    await bob.emit(typing, { conversationId: conversation._id, isTyping: true });
    await alice.emit(readMessage, { messageId: message._id });
    await alice.chat.receives(messageStatus);
    const [carol] = await service().people('carol');
    const group = await carol.group(alice, bob);
    await bob.emit(typing, { conversationId: group._id, isTyping: true });
    await carol.chat.receives(typingNotice, ({ conversationId }) => conversationId === group._id);
    await send(alice, group, 'later');
    await bob.chat.receives(messageCreated, ({ content }) => content === 'later');
    expect(alice.chat.received(typingNotice)).toEqual([]);
    expect(bob.chat.received(messageStatus)).toEqual([]);
  });

  it('refuses the private conversation, whoever begins it, and also when there is one already', async () => {
    const { alice, bob } = await blocked();
    const [carol, dave] = await service().people('carol', 'dave');
    await events.blocked(carol, dave);
    await carol.chat.receives(userBlocked);
    const attempts = [talk(alice, bob), talk(bob, alice), talk(carol, dave), talk(dave, carol)];
    for (const { code } of await Promise.all(attempts.map(refusalOf))) expect(code).toBe('FORBIDDEN');
  });

  it('keeps both from bringing the other into a group, and does not say who is meant', async () => {
    const { alice, bob } = await blocked();
    const [carol] = await service().people('carol');
    const refusals = [
      await refusalOf(bob.group(carol, alice)),
      await refusalOf(alice.group(carol, bob)),
    ] as const;
    for (const { message, code, fields } of refusals) {
      expect({ code, fields }).toEqual({ code: 'FORBIDDEN', fields: ['participantIds'] });
      expect(message).toBe(refusals[0].message);
      expect(message).not.toMatch(/\d/);
    }
    await bob.group(carol);
  });

  it('does not reach into groups', async () => {
    const { alice, bob } = await blocked();
    const [carol] = await service().people('carol');
    const group = await carol.group(alice, bob);
    const { _id } = await send(bob, group, 'to all');
    await alice.chat.receives(messageCreated, (message) => message._id === _id);
  });
});

describe('events about people', () => {
  it('may come late and twice: the highest number is the truth', async () => {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    const conversation = await service().talk(alice, bob);
    const [older, newer] = [events.nextRev(), events.nextRev()];
    await events.unblocked(alice, bob, newer);
    await alice.chat.receives(userUnblocked);
    await events.blocked(alice, bob, older);
    await events.unblocked(alice, bob, newer);
    await events.blocked(bob, alice, older);
    await bob.chat.receives(userBlocked);
    await events.unblocked(bob, alice, newer);
    await bob.chat.receives(userUnblocked);
    // What was said before in the same queue is done when this is.
    await events.blocked(alice, carol);
    await alice.chat.receives(userBlocked, ({ userId }) => userId === carol.id);
    expect(alice.chat.received(userBlocked)).toEqual([{ userId: carol.id }]);
    await send(bob, conversation);
  });
});
