import {
  deleteConversation,
  deleteMessage,
  editMessage,
  getSync,
  sendMessage,
  syncConversations,
  type CursorDto,
  type SyncedDto,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const service = useChatService();

async function talk() {
  const [alice, bob] = await service().people('alice', 'bob');
  const { _id: conversationId } = await alice.group(bob);
  return { alice, bob, conversationId };
}

/** Everything that has been missed, asked for as a client does it. */
async function syncAll(person: Person, cursors: CursorDto[], limit: number): Promise<SyncedDto[]> {
  const answers = await person.emit(syncConversations, { cursors, limit });
  if (answers.length === 0) return [];
  const next = new Map(cursors.map((cursor) => [cursor.conversationId, cursor]));
  for (const { conversationId, ev, state } of answers) {
    if (state === 'gone') next.delete(conversationId);
    else next.set(conversationId, { conversationId, ev });
  }
  return [...answers, ...(await syncAll(person, [...next.values()], limit))];
}

describe('conversation:sync', () => {
  it('brings what came and what changed since the cursor, as it is now, in pages, each once', async () => {
    const { alice, bob, conversationId } = await talk();
    const sent = [];
    for (const content of ['1', '2', '3', '4', '5'])
      sent.push(await alice.emit(sendMessage, { conversationId, content }));
    await alice.emit(editMessage, { messageId: sent[0]!._id, content: '1 new' });
    await alice.emit(editMessage, { messageId: sent[0]!._id, content: '1 newest' });
    await alice.emit(deleteMessage, { messageId: sent[3]!._id });
    const missed = await syncAll(bob, [{ conversationId, ev: 2 }], 2);
    expect(missed.map(({ state, more }) => [state, more])).toEqual([
      ['changed', true],
      ['changed', false],
    ]);
    expect(missed.flatMap(({ messages }) => messages.map(({ ev, content }) => [ev, content]))).toEqual([
      [3, '3'],
      [5, '5'],
      [7, '1 newest'],
      [8, ''],
    ]);
    expect(await bob.emit(syncConversations, { cursors: [{ conversationId, ev: 8 }] })).toEqual([]);
    const shouted = { conversationId: conversationId.toUpperCase(), ev: 8 };
    expect(await bob.emit(syncConversations, { cursors: [shouted] })).toEqual([]);
  });

  it('names conversations that the client does not know, and those that exist for it no more', async () => {
    const { alice, bob, conversationId } = await talk();
    await alice.emit(sendMessage, { conversationId, content: '1' });
    const fresh = await bob.emit(syncConversations, { cursors: [] });
    expect(fresh).toMatchObject([{ conversationId, state: 'new', messages: [], ev: 1, more: false }]);
    expect(fresh[0]?.conversation).toMatchObject({ _id: conversationId, participants: [alice.id, bob.id] });
    const { app } = service();
    await app.get(ConversationStates).change({ userId: alice.id }, conversationId, undefined, () => ({
      action: 'member-removed',
      userIds: [bob.id],
    }));
    const gone = { conversationId, state: 'gone', messages: [], ev: 1, more: false };
    expect(await bob.emit(syncConversations, { cursors: [{ conversationId, ev: 1 }] })).toEqual([gone]);
    expect(await bob.rest.call(getSync, { query: { cursors: `${conversationId}:1` } })).toEqual([gone]);
    const unknown = '6650f0b1a4b1c2d3e4f50601';
    const never = await bob.emit(syncConversations, { cursors: [{ conversationId: unknown, ev: 1 }] });
    expect(never).toEqual([{ ...gone, conversationId: unknown }]);
  });

  it('says of a conversation that was deleted that it is gone, and goes on with the others', async () => {
    const { alice, bob, conversationId } = await talk();
    const { _id: other } = await alice.group(bob);
    await alice.emit(sendMessage, { conversationId, content: '1' });
    await alice.emit(deleteConversation, { conversationId });
    const answers = await bob.emit(syncConversations, { cursors: [{ conversationId, ev: 1 }] });
    expect(answers).toMatchObject([
      { conversationId, state: 'gone', messages: [], ev: 1 },
      { conversationId: other, state: 'new' },
    ]);
    expect(answers[0]).not.toHaveProperty('conversation');
  });

  it('answers for one that the client has only heard of as for a new one, and for that alone when it says so', async () => {
    const { alice, bob, conversationId } = await talk();
    await bob.group(alice);
    await alice.emit(sendMessage, { conversationId, content: '1' });
    const cursors = [{ conversationId }];
    const heard = await bob.emit(syncConversations, { cursors, onlyNamed: true });
    expect(heard).toMatchObject([{ conversationId, state: 'new', messages: [], ev: 1 }]);
    expect(await bob.emit(syncConversations, { cursors })).toHaveLength(2);
  });

  it('keeps what others say to themselves', async () => {
    const { alice, conversationId } = await talk();
    const [eve] = await service().people('eve');
    await alice.emit(sendMessage, { conversationId, content: 'secret' });
    const answers = await eve.emit(syncConversations, { cursors: [{ conversationId, ev: 0 }] });
    expect(answers).toMatchObject([{ state: 'gone', messages: [] }]);
    expect(JSON.stringify(answers)).not.toContain('secret');
  });

  it('refuses cursors that are none, or name a conversation twice', async () => {
    const { alice, conversationId } = await talk();
    const cursor = { conversationId, ev: 0 };
    const refuse = async (cursors: object[]) =>
      refusalOf(alice.emit(syncConversations, { cursors: cursors as CursorDto[] }));
    expect(await refuse([cursor, cursor])).toMatchObject({ code: 'BAD_REQUEST', fields: ['cursors'] });
    expect((await refuse([{ conversationId, ev: -1 }])).code).toBe('BAD_REQUEST');
    expect((await refuse([{ conversationId: 'x', ev: 0 }])).code).toBe('BAD_REQUEST');
    expect((await refuse(Array.from({ length: 501 }, () => cursor))).code).toBe('BAD_REQUEST');
    const query = alice.rest.call(getSync, { query: { cursors: `${conversationId}:x` } });
    expect(await refusalOf(query)).toMatchObject({ code: 'BAD_REQUEST', fields: ['cursors'] });
    expect(await alice.rest.call(getSync, { query: { cursors: '' } })).toMatchObject([{ state: 'new' }]);
  });
});
