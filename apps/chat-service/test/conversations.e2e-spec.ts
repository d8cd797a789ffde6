import {
  conversationCreated,
  createConversation,
  deleteMessage,
  editMessage,
  getConversation,
  joinConversation,
  leaveConversation,
  listConversations,
  listMembers,
  listMessages,
  messageCreated,
  readMessage,
  sendMessage,
  typing,
  typingNotice,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';

const MAX_GROUP_SIZE = 5;
const service = useChatService({ MAX_GROUP_SIZE: String(MAX_GROUP_SIZE), PRESENCE_GRACE_MS: '0' });
const people = (...names: string[]) => service().people(...names);
const UNKNOWN = 'f'.repeat(24);

describe('a new conversation', () => {
  it('is a group of the creator and the others, and each device of each member learns of it once', async () => {
    const [alice, bob, carol, dave] = await service().people('alice', 'bob', 'carol', 'dave');
    const laptop = await bob.device();
    const group = await alice.emit(createConversation, {
      name: 'Team',
      avatar: 'https://example.com/a.png',
      participantIds: [carol.id, bob.id, bob.id, alice.id],
    });
    expect(group).toMatchObject({
      type: 'group',
      name: 'Team',
      avatar: 'https://example.com/a.png',
      admin_id: alice.id,
    });
    expect(group.participants).toEqual([alice.id, bob.id, carol.id].sort((a, b) => a - b));
    for (const device of [alice.chat, bob.chat, laptop, carol.chat]) {
      expect(await device.receives(conversationCreated)).toEqual({ conversation: group });
      await device.emit(listConversations, {});
      expect(device.received(conversationCreated)).toHaveLength(1);
    }
    await dave.emit(listConversations, {});
    expect(dave.chat.received(conversationCreated)).toEqual([]);
  });

  it('may name its members `participants` and have no name', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const group = await alice.emit(createConversation, { participants: [bob.id] });
    expect(group).toMatchObject({ type: 'group', name: null, participants: [alice.id, bob.id] });
  });

  it('of two is always the same one, whoever starts it and however they race', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const start = (who: typeof alice, other: typeof alice) =>
      who.emit(createConversation, { type: 'private', participantIds: [other.id] });
    const raced = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? start(alice, bob) : start(bob, alice))),
    );
    expect(new Set(raced.map(({ _id }) => _id)).size).toBe(1);
    expect(await start(bob, alice)).toEqual(raced[0]);
    await alice.chat.receives(conversationCreated);
    expect(await alice.emit(listConversations, {})).toHaveLength(1);
    expect(alice.chat.received(conversationCreated)).toHaveLength(1);
  });

  it('is refused when it names nobody, strangers to the system, or too many', async () => {
    const [alice] = await service().people('alice');
    const ids = (count: number) => Array.from({ length: count }, () => service().everybody.newId());
    const wrong = {
      'no members': {},
      'an empty list': { participantIds: [] },
      'a user who does not exist': { participantIds: [ids(1)[0]!, 2_147_483_647] },
      'one more than fits': { participantIds: ids(MAX_GROUP_SIZE) },
      'a private one of three': { type: 'private' as const, participantIds: ids(2) },
      'a private one with oneself': { type: 'private' as const, participantIds: [alice.id] },
    };
    for (const [what, payload] of Object.entries(wrong)) {
      const { code, fields } = await refusalOf(alice.emit(createConversation, payload));
      expect({ code, fields }, what).toEqual({ code: 'BAD_REQUEST', fields: ['participantIds'] });
    }
    const unknown = await refusalOf(alice.emit(createConversation, { participantIds: [2_147_483_647] }));
    expect(unknown.message).toContain('2147483647');
    await expect(
      alice.emit(createConversation, { participantIds: ids(MAX_GROUP_SIZE - 1) }),
    ).resolves.toBeDefined();
    expect(await alice.emit(listConversations, {})).toHaveLength(1);
  });

  it('waits for better times while the user service is away', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { directory } = service().everybody;
    const port = await directory.close();
    const { code } = await refusalOf(alice.group(bob));
    await directory.listen(port);
    expect(code).toBe('UNAVAILABLE');
    expect((await alice.group(bob)).participants).toContain(bob.id);
  });
});

describe('the list of conversations', () => {
  it('has the latest activity first, with the last message and what is unread', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const [first, second, third] = [await alice.group(bob), await alice.group(bob), await alice.group(bob)];
    const order = async () => (await bob.emit(listConversations, {})).map(({ _id }) => _id);
    expect(await order()).toEqual([third._id, second._id, first._id]);
    await alice.emit(sendMessage, { conversationId: first._id, content: 'one' });
    const two = await alice.emit(sendMessage, { conversationId: first._id, content: 'two' });
    const gone = await alice.emit(sendMessage, { conversationId: second._id, content: 'gone' });
    await alice.emit(deleteMessage, { messageId: gone._id });
    expect(await order()).toEqual([second._id, first._id, third._id]);
    const [, item, silent] = await bob.emit(listConversations, {});
    expect(item).toMatchObject({ _id: first._id, unread: 2, lastMessage: { _id: two._id, content: 'two' } });
    expect(silent).toMatchObject({ unread: 0, lastMessage: null });
    const own = await alice.emit(listConversations, {});
    expect(own.map(({ unread }) => unread)).toEqual([0, 0, 0]);
    const [deleted] = await bob.emit(listConversations, {});
    expect(deleted).toMatchObject({
      unread: 0,
      lastMessage: { content: '', deleted_at: expect.any(String) },
    });
  });

  it('comes in pages, by cursor and by skip, each conversation once', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const all: string[] = [];
    for (let i = 0; i < 7; i++) all.unshift((await alice.group(bob))._id);
    const seen: string[] = [];
    let cursor: string | null | undefined;
    const sizes: number[] = [];
    while (cursor !== null) {
      const answer = await alice.chat.ask(listConversations, { limit: 3, ...(cursor && { cursor }) });
      seen.push(...answer.data.map(({ _id }) => _id));
      sizes.push(answer.data.length);
      cursor = answer.page?.next ?? null;
    }
    expect({ seen, sizes }).toEqual({ seen: all, sizes: [3, 3, 1] });
    const skipped = await alice.emit(listConversations, { skip: 5, limit: 100 });
    expect(skipped.map(({ _id }) => _id)).toEqual(all.slice(5));
  });

  it.each([
    ['limit', { limit: 0 }],
    ['limit', { limit: 101 }],
    ['skip', { skip: -1 }],
    ['cursor', { cursor: 'made up' }],
  ])('refuses a bad %s: %j', async (field, payload) => {
    const [alice] = await people('alice');
    const { code, fields } = await refusalOf(alice!.emit(listConversations, payload));
    expect({ code, fields }).toEqual({ code: 'BAD_REQUEST', fields: [field] });
  });
});

describe('a conversation', () => {
  it('tells its members where its stream stands and who is there', async () => {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    const group = await alice.group(bob, carol);
    const place = { conversationId: group._id };
    carol.chat.close();
    const message = await alice.emit(sendMessage, { ...place, content: 'one' });
    await alice.emit(editMessage, { messageId: message._id, content: 'changed' });
    expect(await bob.emit(getConversation, place)).toMatchObject(group);
    const upperCase = { conversationId: group._id.toUpperCase() };
    await eventually(
      () => bob.emit(joinConversation, upperCase),
      (joined) => expect(joined).toMatchObject({ lastSeq: 1, lastEv: 2, membersOnline: [alice.id, bob.id] }),
    );
    expect(await bob.emit(listMembers, place)).toEqual([
      { userId: alice.id, role: 'admin', joinedAt: group.created_at, online: true },
      { userId: bob.id, role: 'member', joinedAt: group.created_at, online: true },
      { userId: carol.id, role: 'member', joinedAt: group.created_at, online: false },
    ]);
    expect(await bob.emit(leaveConversation, place)).toEqual({});
    await alice.emit(sendMessage, { ...place, content: 'still heard' });
    await bob.chat.receives(messageCreated, ({ content }) => content === 'still heard');
  });

  it('does not exist for strangers: no answer differs from that to an id that nobody has', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const { _id: real } = await alice.group(bob);
    const { _id: message } = await alice.emit(sendMessage, { conversationId: real, content: 'secret' });
    const attempts = (conversationId: string, messageId: string) => [
      eve.emit(getConversation, { conversationId }),
      eve.emit(joinConversation, { conversationId }),
      eve.emit(leaveConversation, { conversationId }),
      eve.emit(listMembers, { conversationId }),
      eve.emit(sendMessage, { conversationId, content: 'hi' }),
      eve.emit(sendMessage, { conversationId, content: 'hi', replyTo: messageId }),
      eve.emit(listMessages, { conversationId }),
      eve.emit(typing, { conversationId, isTyping: true }),
      eve.emit(editMessage, { messageId, content: 'mine' }),
      eve.emit(deleteMessage, { messageId }),
      eve.emit(readMessage, { messageId }),
    ];
    const told = (list: Promise<unknown>[]) =>
      Promise.all(
        list.map(async (attempt) => ((error) => `${error.code} ${error.message}`)(await refusalOf(attempt))),
      );
    const answers = await told(attempts(real, message));
    expect(answers).toEqual(await told(attempts(UNKNOWN, UNKNOWN)));
    expect(answers.every((answer) => answer.startsWith('NOTFOUND'))).toBe(true);
    expect(await eve.emit(listConversations, {})).toEqual([]);
    await bob.chat.receives(messageCreated);
    expect([eve.chat.received(messageCreated), bob.chat.received(typingNotice)]).toEqual([[], []]);
    expect(await alice.emit(listMessages, { conversationId: real })).toMatchObject([
      { content: 'secret', seen_by: [] },
    ]);
  });
});
