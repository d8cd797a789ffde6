import {
  deleteMessage,
  getMessage,
  getOneMessage,
  getThread,
  listMessages,
  listThread,
  postMessage,
  sendMessage,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import { refusalsOf, say, stage, UNKNOWN } from './support/stage';

const service = useChatService();

describe('a thread', () => {
  it('is listed in order, page by page, from its root and from any of its replies', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const replies = [];
    for (const content of ['1', '2', '3', '4', '5'])
      replies.push(await say(bob, conversationId, content, { threadId: messageId }));
    await say(bob, conversationId, 'not in it');
    expect(replies.map(({ thread_id }) => thread_id)).toEqual(Array(5).fill(messageId));
    expect(await alice.emit(listThread, { messageId: replies[3]!._id })).toEqual(replies);
    const first = await alice.chat.ask(listThread, { messageId, limit: 3 });
    expect(first.data).toEqual(replies.slice(0, 3));
    const cursor = first.page!.next!;
    const second = await alice.rest.ask(getThread, {
      params: { id: messageId },
      query: { limit: 3, cursor },
    });
    expect(second.data).toEqual(replies.slice(3));
    expect(second.page).toEqual({ next: null });
  });

  it('is joined by a reply to a reply', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const one = await say(bob, conversationId, 'one', { threadId: messageId });
    const body = { content: 'two', threadId: one._id };
    const two = await alice.rest.call(postMessage, { params: { id: conversationId }, body });
    expect(two.thread_id).toBe(messageId);
    expect(await alice.emit(listThread, { messageId })).toEqual([one, two]);
  });

  it('shows at its root how many have replied and when last, where a page shows it', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const [first] = await alice.emit(listMessages, { conversationId });
    expect(first).not.toHaveProperty('thread');
    const one = await say(bob, conversationId, 'one', { threadId: messageId });
    const two = await say(bob, conversationId, 'two', { threadId: messageId });
    const thread = { count: 2, last_reply_at: two.created_at };
    const listed = await alice.emit(listMessages, { conversationId });
    expect(listed.map((message) => message.thread)).toEqual([undefined, undefined, thread]);
    expect((await alice.emit(getMessage, { messageId })).thread).toEqual(thread);
    expect((await alice.rest.call(getOneMessage, { params: { id: messageId } })).thread).toEqual(thread);
    await bob.emit(deleteMessage, { messageId: two._id });
    expect((await alice.emit(getMessage, { messageId })).thread).toEqual({
      count: 1,
      last_reply_at: one.created_at,
    });
    await bob.emit(deleteMessage, { messageId: one._id });
    expect(await alice.emit(getMessage, { messageId })).not.toHaveProperty('thread');
    expect((await alice.emit(listThread, { messageId })).map(({ content }) => content)).toEqual(['', '']);
  });

  it('counts to a hundred', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const replies = Array.from({ length: 102 }, (_, n) =>
      say(bob, conversationId, `${n}`, { threadId: messageId }),
    );
    const last = (await Promise.all(replies)).at(-1)!;
    expect((await alice.emit(getMessage, { messageId })).thread).toEqual({
      count: 100,
      last_reply_at: last.created_at,
    });
  });

  it('is not begun at a message of another conversation, or at none', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const { _id: elsewhere } = await alice.group(bob);
    for (const [place, threadId] of [
      [elsewhere, messageId],
      [conversationId, UNKNOWN],
    ] as const) {
      const attempts = [
        alice.emit(sendMessage, { conversationId: place, content: 'x', threadId }),
        alice.rest.call(postMessage, { params: { id: place }, body: { content: 'x', threadId } }),
      ];
      for (const refused of await refusalsOf(...attempts))
        expect(refused).toMatchObject({ code: 'NOTFOUND' });
    }
    const cursor = 'x';
    expect(await refusalOf(alice.emit(listThread, { messageId, cursor }))).toMatchObject({
      code: 'BAD_REQUEST',
      fields: ['cursor'],
    });
  });

  it('is read by an index, whatever else the conversation holds', async () => {
    const { bob, conversationId, messageId } = await stage(service());
    await say(bob, conversationId, 'reply', { threadId: messageId });
    const { stored } = service();
    const reply = await stored.findOne({ thread_id: { $exists: true } });
    const queries = [
      stored.find({ conversation_id: reply!.conversation_id, thread_id: reply!.thread_id }).sort({ seq: 1 }),
      stored
        .find({ conversation_id: reply!.conversation_id, pinned_at: { $exists: true } })
        .sort({ pinned_at: -1 }),
      stored.find({ 'reactions.user_ids': bob.id }).sort({ _id: 1 }),
    ];
    for (const query of queries) {
      const { queryPlanner } = (await query.explain('queryPlanner')) as {
        queryPlanner: { winningPlan: object };
      };
      const plan = JSON.stringify(queryPlanner.winningPlan);
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toMatch(/"stage":"(COLLSCAN|SORT)"/);
    }
  });
});
