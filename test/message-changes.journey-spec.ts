import {
  deleteMessage,
  editMessage,
  listConversations,
  listMessages,
  messageDeleted,
  messageStatus,
  messageUpdated,
  readMessage,
  sendMessage,
  typing,
  typingNotice,
} from '@app/contracts';
import { refusalOf, useSystem, type Actor } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { marker } from './support/talk';

describe('what happens to a message', () => {
  const system = useSystem();

  /** Alice and Bob with two devices each, in one group, with one message of Alice. */
  async function conversation() {
    const [alice, bob] = await system.connected('alice', 'bob');
    const devices = [
      alice.chat,
      await alice.connect(),
      bob.chat,
      await bob.connect({ transports: ['websocket'] }),
    ];
    const { _id: conversationId } = await alice.createGroup([bob]);
    const message = await alice.emit(sendMessage, { conversationId, content: 'first words' });
    return { alice, bob, devices, conversationId, messageId: message._id };
  }

  it('is edited: everybody gets message:updated once, and history shows the new words', async () => {
    const { alice, bob, devices, conversationId, messageId } = await conversation();
    const edited = await alice.emit(editMessage, { messageId, content: 'better words' });
    expect(edited).toMatchObject({ _id: messageId, seq: 1, content: 'better words' });
    expect(edited.edited_at).not.toBeNull();
    await Promise.all(
      devices.map((device) => device.receives(messageUpdated, (update) => update._id === messageId)),
    );
    await marker(alice, conversationId, devices);
    for (const device of devices) expect(device.received(messageUpdated)).toEqual([edited]);
    const history = await bob.emit(listMessages, { conversationId });
    expect(history.find(({ _id }) => _id === messageId)?.content).toBe('better words');
  });

  it('is deleted: everybody gets message:deleted once, the place in the sequence stays', async () => {
    const { alice, bob, devices, conversationId, messageId } = await conversation();
    await alice.emit(deleteMessage, { messageId });
    await Promise.all(devices.map((device) => device.receives(messageDeleted)));
    await marker(alice, conversationId, devices);
    for (const device of devices) {
      expect(device.received(messageDeleted)).toEqual([
        expect.objectContaining({ messageId, conversationId, seq: 1 }),
      ]);
    }
    const history = await bob.emit(listMessages, { conversationId });
    expect(history.map(({ seq }) => seq)).toEqual([2, 1]);
    expect(history[1]).toMatchObject({ content: '', attachments: [] });
    expect(history[1]?.deleted_at).not.toBeNull();
  });

  it('is read: sender and reader learn it once on each device, and nothing is unread any more', async () => {
    const { alice, bob, devices, conversationId, messageId } = await conversation();
    await bob.emit(readMessage, { messageId });
    const notices = await Promise.all(devices.map((device) => device.receives(messageStatus)));
    expect(notices[0]).toMatchObject({ messageId, conversationId, userId: bob.id, status: 'read' });
    await marker(alice, conversationId, devices);
    for (const device of devices) expect(device.received(messageStatus)).toHaveLength(1);
    const [item] = await bob.emit(listConversations, {});
    expect(item?.unread).toBe(1);
    const history = await alice.emit(listMessages, { conversationId });
    expect(history.find(({ _id }) => _id === messageId)?.seen_by).toEqual([bob.id]);
  });

  it('is announced by typing, to the others only', async () => {
    const { alice, bob, devices, conversationId } = await conversation();
    const [alices, alicesPhone, bobs, bobsPhone] = devices;
    await alice.emit(typing, { conversationId, isTyping: true });
    for (const device of [bobs!, bobsPhone!]) {
      const notice = await device.receives(typingNotice);
      expect(notice).toEqual({ conversationId, userId: alice.id, isTyping: true });
    }
    await marker(bob, conversationId, devices);
    for (const device of [bobs!, bobsPhone!]) expect(device.received(typingNotice)).toHaveLength(1);
    expect(alices!.received(typingNotice)).toEqual([]);
    expect(alicesPhone!.received(typingNotice).every(({ userId }) => userId !== alice.id)).toBe(true);
  });

  it('cannot be changed by others, whether they see it or not', async () => {
    const { bob, messageId } = await conversation();
    const [mallory] = await system.connected('mallory');
    const attempts = [
      (actor: Actor) => actor.emit(editMessage, { messageId, content: 'mine now' }),
      (actor: Actor) => actor.emit(deleteMessage, { messageId }),
    ];
    for (const attempt of attempts) {
      expect((await refusalOf(attempt(bob))).code).toBe('FORBIDDEN');
      expect((await refusalOf(attempt(mallory))).code).toBe('NOTFOUND');
    }
  });

  it('is gone once deleted: no edit brings it back', async () => {
    const { alice, messageId } = await conversation();
    await alice.emit(deleteMessage, { messageId });
    expect((await refusalOf(alice.emit(editMessage, { messageId, content: 'again' }))).code).toBe('NOTFOUND');
  });

  it('ends the same for everybody after edits and a deletion that race', async () => {
    const { alice, devices, conversationId, messageId } = await conversation();
    const [here, phone] = devices;
    await Promise.allSettled([
      ...Array.from({ length: 10 }, (_, n) =>
        (n % 2 ? here! : phone!).emit(editMessage, { messageId, content: `edit ${n}` }),
      ),
      phone!.emit(deleteMessage, { messageId }),
    ]);
    await marker(alice, conversationId, devices);
    const [stored] = (await alice.emit(listMessages, { conversationId })).filter(
      ({ _id }) => _id === messageId,
    );
    expect(stored?.deleted_at).not.toBeNull();
    for (const device of devices) {
      const changes = [...device.received(messageUpdated), ...device.received(messageDeleted)].map(
        ({ ev }) => ev,
      );
      expect(Math.max(...changes)).toBe(stored?.ev);
      expect(new Set(changes).size).toBe(changes.length);
    }
  });
});
