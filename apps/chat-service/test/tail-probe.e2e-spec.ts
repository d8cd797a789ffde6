import {
  deleteMessage,
  editMessage,
  memberRemoved,
  messageCreated,
  messageDeleted,
  messageReaction,
  messageUpdated,
  react,
  removeMember,
  sendMessage,
} from '@app/contracts';
import { type Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { useDeafChatServices } from './support/deaf-chat-services';
import type { Person } from './support/people';

/** What one instance commits, nobody tells the other one: each change is the last one before a silence. */
const services = useDeafChatServices({ FEED_PROBE_MS: '300' });

interface Scene {
  alice: Person;
  bob: Person;
  /** Bob's device at the other instance. */
  bobThere: Connection;
  conversationId: string;
}

async function scene(): Promise<Scene> {
  const [alice, bob] = await services().here.people('alice', 'bob');
  const { _id: conversationId } = await alice.group(bob);
  return { alice, bob, bobThere: await bob.device(services().there.origin), conversationId };
}

/** Of both instances: they are in one process. */
async function repairs(): Promise<number> {
  const text = await (await fetch(`${services().there.origin}/metrics`)).text();
  return Number(/^chat_feed_tail_repairs_total (\d+)$/m.exec(text)?.[1]);
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('what nobody tells an instance any more', () => {
  it('reaches its sockets from the store: each message once, in order, in a conversation it has never heard of', async () => {
    const { alice, bob, bobThere, conversationId } = await scene();
    for (const n of numbers(3)) await alice.emit(sendMessage, { conversationId, content: `${n}` });
    const first = await bobThere.receivesMany(messageCreated, 3);
    // Who said it, the other instance has never heard.
    expect(first).toEqual(bob.chat.received(messageCreated).map(({ user: _user, ...message }) => message));
    await Promise.all(
      numbers(40).map((n) => alice.emit(sendMessage, { conversationId, content: `more ${n}` })),
    );
    const all = await bobThere.receivesMany(messageCreated, 43);
    expect(all.map(({ seq }) => seq)).toEqual(numbers(43));
    // The next look finds nothing that was told.
    await alice.emit(sendMessage, { conversationId, content: 'last' });
    await bobThere.receives(messageCreated, ({ content }) => content === 'last');
    expect(bobThere.received(messageCreated).map(({ seq }) => seq)).toEqual(numbers(44));
  });

  it('need not be a message: edits, reactions and deletions come as well', async () => {
    const { alice, bobThere, conversationId } = await scene();
    const { _id: messageId } = await alice.emit(sendMessage, { conversationId, content: 'first' });
    await bobThere.receives(messageCreated);
    await alice.emit(editMessage, { messageId, content: 'second' });
    await bobThere.receives(messageUpdated, ({ content }) => content === 'second');
    await alice.emit(react, { messageId, emoji: '👍' });
    await bobThere.receives(messageUpdated, ({ reactions }) => reactions?.length === 1);
    await alice.emit(deleteMessage, { messageId });
    await bobThere.receives(messageDeleted, (deleted) => deleted.messageId === messageId);
    expect(bobThere.received(messageCreated)).toHaveLength(1);
    expect(bobThere.received(messageReaction)).toEqual([]);
  });

  it.each([
    ['an instance that holds the state of before', false],
    ['one that knows by now who is in it', true],
  ])('tells somebody who was removed of that, and of nothing behind it, on %s', async (_on, isKnown) => {
    const { alice, bob, bobThere, conversationId } = await scene();
    await alice.emit(sendMessage, { conversationId, content: 'before' });
    await bobThere.receives(messageCreated);
    await alice.emit(removeMember, { conversationId, userId: bob.id });
    if (isKnown) await services().there.app.get(ConversationStates).atLeast(conversationId, 2);
    await alice.emit(sendMessage, { conversationId, content: 'behind' });
    await bobThere.receives(memberRemoved);
    const aliceThere = await alice.device(services().there.origin);
    await alice.emit(sendMessage, { conversationId, content: 'end' });
    await aliceThere.receives(messageCreated, ({ content }) => content === 'end');
    expect(bobThere.received(messageCreated).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('is not read where nobody is to be told', async () => {
    const { alice, bobThere, conversationId } = await scene();
    const [carol] = await services().here.people('carol');
    const { _id: elsewhere } = await alice.group(carol);
    const before = await repairs();
    await alice.emit(sendMessage, { conversationId: elsewhere, content: 'for carol' });
    await alice.emit(sendMessage, { conversationId, content: 'for bob' });
    await bobThere.receives(messageCreated);
    expect(await repairs()).toBe(before + 1);
    // When there is somebody, they are told.
    const carolThere = await carol.device(services().there.origin);
    await alice.emit(sendMessage, { conversationId: elsewhere, content: 'again' });
    await carolThere.receives(messageCreated, ({ content }) => content === 'again');
  });
});
