import {
  createConversation,
  deletePin,
  getPins,
  listMessages,
  listPins,
  messagePinned,
  pinMessage,
  postPin,
  unpinMessage,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import { say, stage } from './support/stage';

const service = useChatService({ MAX_PINS: '3' });

describe('a pinned message', () => {
  it('is told to all, and stands in the list until it is unpinned', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const second = await say(bob, conversationId, 'second');
    const pinned = await alice.emit(pinMessage, { messageId });
    expect(pinned).toMatchObject({ pinned_by: alice.id, pinned_at: expect.any(String), ev: 3 });
    const other = await alice.rest.call(postPin, { params: { id: second._id }, body: {} });
    expect(await bob.emit(listPins, { conversationId })).toEqual([other, pinned]);
    expect(await bob.rest.call(getPins, { params: { id: conversationId } })).toEqual([other, pinned]);
    const unpinned = await alice.emit(unpinMessage, { messageId });
    expect(unpinned).not.toHaveProperty('pinned_at');
    await alice.rest.call(deletePin, { params: { id: second._id }, query: {} });
    expect(await bob.emit(listPins, { conversationId })).toEqual([]);
    const heard = await bob.chat.receivesMany(messagePinned, 4);
    expect(heard).toEqual([
      { messageId, conversationId, ev: 3, pinned: true, by: alice.id },
      { messageId: second._id, conversationId, ev: 4, pinned: true, by: alice.id },
      { messageId, conversationId, ev: 5, pinned: false, by: alice.id },
      { messageId: second._id, conversationId, ev: 6, pinned: false, by: alice.id },
    ]);
    expect((await bob.emit(listMessages, { conversationId }))[0]).not.toHaveProperty('pinned_by');
  });

  it('is pinned once', async () => {
    const { alice, bob, messageId } = await stage(service());
    const one = await alice.emit(pinMessage, { messageId, clientId: 'p-1' });
    expect(await bob.emit(pinMessage, { messageId })).toMatchObject({ ev: one.ev, pinned_by: alice.id });
    const off = await alice.emit(unpinMessage, { messageId, clientId: 'p-2' });
    expect(await alice.emit(unpinMessage, { messageId })).toMatchObject({ ev: off.ev });
    const late = await alice.emit(pinMessage, { messageId, clientId: 'p-1' });
    expect(late).toMatchObject({ ev: off.ev });
    expect(late).not.toHaveProperty('pinned_at');
  });

  it('is one of a few', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const more = await Promise.all(['2', '3', '4'].map((content) => say(bob, conversationId, content)));
    await alice.emit(pinMessage, { messageId });
    await alice.emit(pinMessage, { messageId: more[0]!._id });
    await alice.emit(pinMessage, { messageId: more[1]!._id });
    const refused = await refusalOf(alice.rest.call(postPin, { params: { id: more[2]!._id }, body: {} }));
    expect(refused).toMatchObject({ code: 'CONFLICT', status: 409 });
    expect(refused.message).toContain('at most 3 pinned');
    expect(await alice.emit(pinMessage, { messageId })).toMatchObject({ pinned_by: alice.id });
    await alice.emit(unpinMessage, { messageId });
    await alice.emit(pinMessage, { messageId: more[2]!._id });
    expect((await bob.emit(listPins, { conversationId })).map(({ seq }) => seq)).toEqual([4, 3, 2]);
  });

  it('of a channel is the choice of those who lead it', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.emit(createConversation, {
      ...{ type: 'channel', name: 'news' },
      participantIds: [bob.id],
    });
    const { _id: messageId } = await say(bob, conversationId, 'mine');
    for (const attempt of [pinMessage, unpinMessage])
      expect((await refusalOf(bob.emit(attempt, { messageId }))).code).toBe('FORBIDDEN');
    await alice.emit(pinMessage, { messageId });
    expect((await refusalOf(bob.emit(unpinMessage, { messageId }))).code).toBe('FORBIDDEN');
    expect(await bob.emit(listPins, { conversationId })).toHaveLength(1);
  });
});
