import {
  countUnread,
  deleteMessage,
  deleteOneMessage,
  editMessage,
  forwardMessage,
  getMessage,
  listConversations,
  listEdits,
  listMessages,
  listPins,
  listThread,
  messageDeleted,
  pinMessage,
  react,
  searchMessages,
  sendMessage,
  unreadCount,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { refusalsOf, say, stage } from './support/stage';

const service = useChatService();

const seqsIn = async (who: Person, conversationId: string, more = {}) =>
  (await who.emit(listMessages, { conversationId, ...more })).map(({ seq }) => seq);

describe('a message deleted for everybody', () => {
  it('leaves its place, and nothing else of it in the store', async () => {
    const { alice, bob, conversationId, message } = await stage(service());
    const root = await say(bob, conversationId, 'the secret @all', {
      threadId: message._id,
      attachments: ['https://example.com/secret.png'],
      type: 'image',
    });
    const messageId = root._id;
    await bob.emit(editMessage, { messageId, content: 'another secret @all' });
    await alice.emit(react, { messageId, emoji: '👍' });
    await alice.emit(pinMessage, { messageId });
    expect(await bob.emit(deleteMessage, { messageId })).toEqual({});

    const stored = await service().stored.findOne({ clientId: root.clientId });
    expect(JSON.stringify(stored)).not.toMatch(/secret|👍/);
    for (const field of [
      'edits',
      'reactions',
      'mentions',
      'mention_all',
      'pinned_at',
      'pinned_by',
      'edited_at',
    ])
      expect(stored, field).not.toHaveProperty(field);
    const tombstone = await alice.emit(getMessage, { messageId });
    expect(tombstone).toMatchObject({ seq: 2, content: '', attachments: [], thread_id: message._id });
    expect(tombstone.deleted_at).toEqual(expect.any(String));
    expect(await alice.emit(listPins, { conversationId })).toEqual([]);
    expect(await alice.emit(listEdits, { messageId })).toEqual([]);
    const heard = await alice.chat.receives(messageDeleted);
    expect(heard).toEqual({ messageId, conversationId, seq: 2, ev: tombstone.ev });
  });

  it('cannot be worked with any more', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    await bob.rest.call(deleteOneMessage, { params: { id: messageId }, query: {} });
    const attempts = [
      bob.emit(editMessage, { messageId, content: 'x' }),
      alice.emit(react, { messageId, emoji: '👍' }),
      alice.emit(pinMessage, { messageId }),
      alice.emit(sendMessage, { conversationId, content: 'x', replyTo: messageId }),
      alice.emit(sendMessage, { conversationId, content: 'x', threadId: messageId }),
      alice.emit(forwardMessage, { messageId, conversationIds: [conversationId] }),
    ];
    for (const refused of await refusalsOf(...attempts)) expect(refused).toMatchObject({ code: 'NOTFOUND' });
  });

  it('is so by its sender or by who moderates the group, not by other members', async () => {
    const { alice, bob, carol, conversationId, messageId } = await stage(service());
    const id = messageId;
    const refusals = await refusalsOf(
      carol.emit(deleteMessage, { messageId }),
      carol.rest.call(deleteOneMessage, { params: { id }, query: {} }),
    );
    for (const refused of refusals) expect(refused).toMatchObject({ code: 'FORBIDDEN' });
    await alice.emit(deleteMessage, { messageId, clientId: 'd-1' });
    await alice.emit(deleteMessage, { messageId, clientId: 'd-1' });
    await bob.emit(deleteMessage, { messageId });
    await say(alice, conversationId, 'after');
    await bob.chat.receives(messageDeleted);
    expect(await seqsIn(bob, conversationId)).toEqual([2, 1]);
    expect(bob.chat.received(messageDeleted)).toHaveLength(1);
  });
});

describe('a message deleted for oneself', () => {
  it('is gone on all own devices, and stays for all others', async () => {
    const { alice, bob, conversationId, message, messageId } = await stage(service());
    const phone = await alice.device();
    expect(await alice.emit(deleteMessage, { messageId, forMe: true })).toEqual({});
    const told = { messageId, conversationId, seq: 1, ev: message.ev, forMe: true };
    for (const device of [alice.chat, phone]) expect(await device.receives(messageDeleted)).toEqual(told);
    const next = await say(bob, conversationId, 'next');
    expect(await alice.emit(listMessages, { conversationId })).toEqual([next]);
    expect(await bob.emit(listMessages, { conversationId })).toEqual([next, message]);
    expect(bob.chat.received(messageDeleted)).toEqual([]);
    expect(await refusalOf(alice.emit(getMessage, { messageId }))).toMatchObject({ code: 'NOTFOUND' });
    expect(await refusalOf(alice.emit(react, { messageId, emoji: '👍' }))).toMatchObject({
      code: 'NOTFOUND',
    });
    const reply = alice.emit(sendMessage, { conversationId, content: 'x', replyTo: messageId });
    expect(await refusalOf(reply)).toMatchObject({ code: 'NOTFOUND' });
  });

  it('is so once: a repeat changes nothing and tells nobody again', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const hide = () =>
      alice.rest.call(deleteOneMessage, { params: { id: messageId }, query: { forMe: true } });
    expect(await Promise.all([hide(), hide()])).toEqual([{}, {}]);
    expect(await hide()).toEqual({});
    const after = await say(alice, conversationId, 'after');
    await alice.emit(deleteMessage, { messageId: after._id, forMe: true });
    await alice.chat.receivesMany(messageDeleted, 2);
    expect(alice.chat.received(messageDeleted).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await seqsIn(bob, conversationId)).toEqual([2, 1]);
  });

  it('is not in any page, whose cursors lead on all the same, and is no last message', async () => {
    const { alice, bob, conversationId } = await stage(service());
    const sent = [];
    for (let n = 2; n <= 10; n++) sent.push(await say(bob, conversationId, `${n}`));
    const hidden = sent.filter(({ seq }) => [4, 5, 6, 9, 10].includes(seq));
    for (const { _id } of hidden) await alice.emit(deleteMessage, { messageId: _id, forMe: true });
    const pages = [];
    for (let before: string | undefined, more = true; more;) {
      const { data, page } = await alice.chat.ask(listMessages, { conversationId, limit: 3, before });
      pages.push(data.map(({ seq }) => seq));
      before = page?.next ?? undefined;
      more = before !== undefined;
    }
    expect(pages).toEqual([[8], [7], [3, 2], [1]]);
    expect(await seqsIn(alice, conversationId, { limit: 4, after: '2' })).toEqual([3]);
    expect(await seqsIn(bob, conversationId, { limit: 3 })).toEqual([10, 9, 8]);
    const [listed] = await alice.emit(listConversations, {});
    expect(listed?.lastMessage).toMatchObject({ seq: 8 });
    // Ten of bob, five of them hidden.
    expect(listed?.unread).toBe(5);
    await alice.chat.receives(unreadCount, ({ total }) => total === 5);
    expect(await alice.emit(countUnread, {})).toEqual({ count: 5, byConversation: { [conversationId]: 5 } });
    expect((await bob.emit(listConversations, {}))[0]?.lastMessage).toMatchObject({ seq: 10 });
  });

  it('counts once when it is deleted for everybody as well', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    await say(bob, conversationId, 'second');
    await alice.emit(deleteMessage, { messageId, forMe: true });
    await bob.emit(deleteMessage, { messageId });
    expect((await alice.emit(listConversations, {}))[0]).toMatchObject({ unread: 1 });
    expect(await seqsIn(alice, conversationId)).toEqual([2]);
  });

  it('is not found any more, by who has hidden it', async () => {
    const { alice, bob, conversationId } = await stage(service());
    const query = `needle${bob.id}`;
    const { _id: messageId } = await say(bob, conversationId, `a ${query}`);
    await eventually(
      () => alice.emit(searchMessages, { query }),
      (found) => expect(found).toHaveLength(1),
    );
    await alice.emit(deleteMessage, { messageId, forMe: true });
    expect(await alice.emit(searchMessages, { query })).toEqual([]);
    expect(await bob.emit(searchMessages, { query })).toHaveLength(1);
  });

  it('is not shown in its thread either', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const reply = await say(bob, conversationId, 'reply', { threadId: messageId });
    await alice.emit(deleteMessage, { messageId: reply._id, forMe: true });
    expect(await alice.emit(listThread, { messageId })).toEqual([]);
    expect(await bob.emit(listThread, { messageId })).toHaveLength(1);
  });
});
