import {
  addMember,
  conversationDeleted,
  conversationUpdated,
  createConversation,
  deleteConversation,
  deleteMessage,
  editMessage,
  getConversation,
  joinConversation,
  listConversations,
  listMembers,
  listMessages,
  messageCreated,
  promoteModerator,
  readMessage,
  sendMessage,
  typing,
  updateConversation,
} from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { codeOf, heard, placeOf, wordsOf } from './support/rooms';

const service = useChatService();
const people = <N extends readonly string[]>(...names: N) => service().people(...names);

const contents = async (who: Person, conversationId: string) =>
  (await who.emit(listMessages, { conversationId })).map(({ content }) => content).reverse();

describe('name, avatar and description', () => {
  it('are changed by moderators and the admin, one by one, and all members hear of it', async () => {
    const [alice, bob, carol] = await people('alice', 'bob', 'carol');
    const group = await alice.group(bob, carol);
    const place = placeOf(group);
    await alice.emit(promoteModerator, { ...place, userId: bob.id });
    const named = await bob.emit(updateConversation, { ...place, name: 'Team B', avatar: 'https://x/a.png' });
    expect(named).toMatchObject({ name: 'Team B', avatar: 'https://x/a.png' });
    await alice.emit(updateConversation, { ...place, description: 'What we do' });
    const bare = await alice.emit(updateConversation, { ...place, avatar: null, name: 'Team B' });
    expect(bare).toMatchObject({ name: 'Team B', avatar: null, description: 'What we do' });
    expect(await carol.emit(getConversation, place)).toEqual(bare);
    for (const who of [alice, bob, carol]) {
      await who.chat.receivesMany(conversationUpdated, 3);
      expect(heard(who.chat, conversationUpdated, group)).toMatchObject([
        { name: 'Team B', avatar: 'https://x/a.png', description: null, updatedBy: bob.id, seq: 2 },
        { name: 'Team B', avatar: 'https://x/a.png', description: 'What we do', updatedBy: alice.id, seq: 3 },
        { name: 'Team B', avatar: null, description: 'What we do', updatedBy: alice.id, seq: 4 },
      ]);
    }
    const history = await carol.emit(listMessages, place);
    expect(history.map(({ system }) => system).slice(0, 3)).toEqual([
      { action: 'conversation-updated', userIds: [], avatar: null },
      { action: 'conversation-updated', userIds: [], description: 'What we do' },
      { action: 'conversation-updated', userIds: [], name: 'Team B', avatar: 'https://x/a.png' },
    ]);
  });

  it('stay as they are when nothing is new, also by a repeat that comes late', async () => {
    const [alice, bob] = await people('alice', 'bob');
    const place = placeOf(await alice.group(bob));
    const rename = { ...place, name: 'First', clientId: 'rename' };
    await alice.emit(updateConversation, rename);
    await alice.emit(updateConversation, { ...place, name: 'First' });
    await alice.emit(updateConversation, { ...place, name: 'Second' });
    expect(await alice.emit(updateConversation, rename)).toMatchObject({ name: 'Second' });
    expect(await bob.emit(listMessages, place)).toHaveLength(2);
  });

  it('are refused to members, strangers and private conversations, and when they are not what they should be', async () => {
    const [alice, bob, eve] = await people('alice', 'bob', 'eve');
    const place = placeOf(await alice.group(bob));
    expect(await codeOf(bob.emit(updateConversation, { ...place, name: 'Mine' }))).toBe('FORBIDDEN');
    expect(await codeOf(eve.emit(updateConversation, { ...place, name: 'Mine' }))).toBe('NOTFOUND');
    const wrong = {
      '': {},
      name: { name: '' },
      avatar: { avatar: 'x'.repeat(2_049) },
      description: { description: 'x'.repeat(1_001) },
    };
    for (const [field, values] of Object.entries(wrong))
      expect(await codeOf(alice.emit(updateConversation, { ...place, ...values }))).toBe(
        `BAD_REQUEST ${field || 'name'}`,
      );
    const pair = await alice.emit(createConversation, { type: 'private', participantIds: [bob.id] });
    expect(await codeOf(alice.emit(updateConversation, { ...placeOf(pair), name: 'Us' }))).toBe('CONFLICT');
    expect(await alice.emit(listMessages, place)).toEqual([]);
  });
});

describe('deleting a group', () => {
  it('ends it for all its members, who hear it once and nothing behind it', async () => {
    const [alice, bob, carol] = await people('alice', 'bob', 'carol');
    const group = await alice.group(bob, carol);
    const place = placeOf(group);
    const { _id: messageId } = await bob.emit(sendMessage, { ...place, content: 'hello' });
    const laptop = await bob.device();
    const command = { ...place, clientId: 'the end' };
    await alice.emit(deleteConversation, command);
    await alice.emit(deleteConversation, command);
    expect(await codeOf(alice.emit(deleteConversation, place))).toBe('NOTFOUND');
    for (const chat of [alice.chat, bob.chat, laptop, carol.chat]) {
      await chat.receives(conversationDeleted);
      expect(heard(chat, conversationDeleted, group)).toEqual([
        { ...place, deletedBy: alice.id, seq: 2, ev: 2 },
      ]);
    }
    for (const who of [alice, bob, carol]) {
      expect(await who.emit(listConversations, {})).toEqual([]);
      const attempts = [
        who.emit(getConversation, place),
        who.emit(joinConversation, place),
        who.emit(listMembers, place),
        who.emit(listMessages, place),
        who.emit(sendMessage, { ...place, content: 'anybody?' }),
        who.emit(typing, { ...place, isTyping: true }),
        who.emit(readMessage, { messageId }),
        who.emit(editMessage, { messageId, content: 'changed' }),
        who.emit(deleteMessage, { messageId }),
        who.emit(addMember, { ...place, userId: alice.id }),
        who.emit(updateConversation, { ...place, name: 'again' }),
      ];
      for (const attempt of attempts)
        expect(await wordsOf(attempt)).toMatch(/^NOTFOUND (conversation|message) not found$/);
    }
  });

  it('is for the admin alone', async () => {
    const [alice, bob, eve] = await people('alice', 'bob', 'eve');
    const place = placeOf(await alice.group(bob));
    await alice.emit(promoteModerator, { ...place, userId: bob.id });
    expect(await codeOf(bob.emit(deleteConversation, place))).toBe('FORBIDDEN');
    expect(await codeOf(eve.emit(deleteConversation, place))).toBe('NOTFOUND');
    expect(await codeOf(eve.emit(deleteConversation, { conversationId: 'f'.repeat(24) }))).toBe('NOTFOUND');
    expect(await bob.emit(listConversations, {})).toHaveLength(1);
  });
});

describe('deleting a private conversation', () => {
  const talk = async () => {
    const [alice, bob] = await people('alice', 'bob');
    const pair = await service().talk(alice, bob);
    return { alice, bob, pair, place: placeOf(pair) };
  };

  it('hides it and all that was said from the one who does, on all devices, until something new is said', async () => {
    const { alice, bob, pair, place } = await talk();
    const laptop = await alice.device();
    for (const content of ['one', 'two']) await bob.emit(sendMessage, { ...place, content });
    await alice.emit(deleteConversation, place);
    for (const chat of [alice.chat, laptop])
      expect(await chat.receives(conversationDeleted)).toEqual({ ...place, deletedBy: alice.id });
    expect(await alice.emit(listConversations, {})).toEqual([]);
    expect(await contents(alice, pair._id)).toEqual([]);
    expect(await bob.emit(listConversations, {})).toMatchObject([
      { _id: pair._id, lastMessage: { content: 'two' } },
    ]);
    expect(await contents(bob, pair._id)).toEqual(['one', 'two']);

    await bob.emit(sendMessage, { ...place, content: 'three' });
    await alice.chat.receives(messageCreated, ({ content }) => content === 'three');
    expect(await alice.emit(listConversations, {})).toMatchObject([
      { _id: pair._id, unread: 1, lastMessage: { content: 'three' } },
    ]);
    const page = await alice.chat.ask(listMessages, { ...place, limit: 1 });
    expect(page).toMatchObject({ data: [{ content: 'three' }], page: { next: null } });
    expect(bob.chat.received(conversationDeleted)).toEqual([]);
  });

  it('does it once for one clientId: a repeat spares what came behind it', async () => {
    const { alice, bob, pair, place } = await talk();
    await bob.emit(sendMessage, { ...place, content: 'one' });
    const command = { ...place, clientId: 'clear' };
    await alice.emit(deleteConversation, command);
    await alice.emit(deleteConversation, command);
    await bob.emit(sendMessage, { ...place, content: 'two' });
    await alice.emit(deleteConversation, command);
    expect(await contents(alice, pair._id)).toEqual(['two']);
    await alice.emit(deleteConversation, place);
    expect(await contents(alice, pair._id)).toEqual([]);
    expect(heard(alice.chat, conversationDeleted, pair)).toHaveLength(2);
  });

  it('also hides one in which nothing was said, and is refused to strangers', async () => {
    const { alice, bob, place } = await talk();
    const [eve] = await people('eve');
    expect(await codeOf(eve.emit(deleteConversation, place))).toBe('NOTFOUND');
    await alice.emit(deleteConversation, place);
    expect(await alice.emit(listConversations, {})).toEqual([]);
    expect(await bob.emit(listConversations, {})).toHaveLength(1);
  });
});
