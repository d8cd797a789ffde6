import {
  getConversation,
  listMessages,
  messageCreated,
  messageDeleted,
  putDisappear,
  sendMessage,
  setDisappear,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';

const service = useChatService();
const HOUR = 3_600;

async function talk() {
  const [alice, bob] = await service().people('alice', 'bob');
  const { _id: conversationId } = await alice.group(bob);
  return { alice, bob, conversationId };
}

describe('disappearing messages', () => {
  it('carry their end from the moment that the conversation says so, and are gone behind it', async () => {
    const { alice, bob, conversationId } = await talk();
    const before = await alice.emit(sendMessage, { conversationId, content: 'stays' });
    const set = await alice.emit(setDisappear, { conversationId, seconds: HOUR });
    expect(set).toMatchObject({ _id: conversationId, disappear_after: HOUR });
    expect(await bob.emit(getConversation, { conversationId })).toMatchObject({ disappear_after: HOUR });
    const system = await bob.chat.receives(messageCreated, ({ type }) => type === 'system');
    expect(system.system).toEqual({ action: 'disappearing-changed', userIds: [], disappearAfter: HOUR });
    const message = await alice.emit(sendMessage, { conversationId, content: 'secret' });
    expect(before.expires_at).toBeUndefined();
    const lives = new Date(message.expires_at ?? 0).getTime() - new Date(message.created_at).getTime();
    expect(lives).toBeGreaterThan(HOUR * 1_000 - 10_000);
    expect(lives).toBeLessThanOrEqual(HOUR * 1_000 + 10_000);
    const _id = new mongo.ObjectId(message._id);
    await service().stored.updateOne({ _id }, { $set: { expires_at: new Date(Date.now() - 1) } });
    // Before anybody has come to empty it, too.
    const [newest] = await bob.emit(listMessages, { conversationId, limit: 1 });
    expect(newest).toMatchObject({ _id: message._id, content: '', attachments: [] });
    expect(newest?.deleted_at).not.toBeNull();
    expect(await bob.chat.receives(messageDeleted)).toMatchObject({ messageId: message._id, conversationId });
    const emptied = await eventually(
      () => service().stored.findOne({ _id }),
      (stored) => expect(stored?.content).toBe(''),
    );
    expect(emptied?.expires_at).toBeUndefined();
    expect((await bob.emit(listMessages, { conversationId })).map(({ content }) => content)).toContain(
      'stays',
    );
  });

  it('end with it, and a repeat of the command changes nothing', async () => {
    const { alice, conversationId } = await talk();
    const body = { seconds: HOUR, clientId: 'on' };
    await alice.rest.call(putDisappear, { params: { id: conversationId }, body });
    const off = await alice.rest.call(putDisappear, {
      params: { id: conversationId },
      body: { seconds: null },
    });
    expect(off.disappear_after).toBeUndefined();
    const repeat = await alice.rest.call(putDisappear, { params: { id: conversationId }, body });
    expect(repeat.disappear_after).toBeUndefined();
    const message = await alice.emit(sendMessage, { conversationId, content: 'stays' });
    expect(message.expires_at).toBeUndefined();
  });

  it('set as they are already, are no change', async () => {
    const { alice, conversationId } = await talk();
    for (const seconds of [HOUR, HOUR, null, null])
      await alice.emit(setDisappear, { conversationId, seconds });
    const all = await alice.emit(listMessages, { conversationId });
    expect(all.map(({ system }) => system?.disappearAfter)).toEqual([null, HOUR]);
  });

  it('are for moderators to set, in bounds, and nobody else sees the conversation', async () => {
    const { alice, bob, conversationId } = await talk();
    const [eve] = await service().people('eve');
    expect((await refusalOf(bob.emit(setDisappear, { conversationId, seconds: HOUR }))).code).toBe(
      'FORBIDDEN',
    );
    const rest = bob.rest.call(putDisappear, { params: { id: conversationId }, body: { seconds: HOUR } });
    expect((await refusalOf(rest)).code).toBe('FORBIDDEN');
    expect((await refusalOf(eve.emit(setDisappear, { conversationId, seconds: HOUR }))).code).toBe(
      'NOTFOUND',
    );
    for (const seconds of [0, 4, 366 * 24 * HOUR, 1.5])
      expect(await refusalOf(alice.emit(setDisappear, { conversationId, seconds }))).toMatchObject({
        code: 'BAD_REQUEST',
        fields: ['seconds'],
      });
  });
});
