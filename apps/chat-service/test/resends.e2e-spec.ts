import {
  deleteMessage,
  editMessage,
  forwardMessage,
  pinMessage,
  postMessage,
  react,
  sendMessage,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { PeopleService } from '../src/people/people.service';
import type { ChatService } from './support/chat-service';
import { useDeafChatServices } from './support/deaf-chat-services';
import type { Person } from './support/people';

const services = useDeafChatServices();

const remove = ({ app }: ChatService, by: Person, conversationId: string, user: Person) =>
  app.get(ConversationStates).change({ userId: by.id }, conversationId, undefined, () => ({
    action: 'member-removed',
    userIds: [user.id],
  }));

/** Bob has said something in a group, and nobody has answered him. */
async function said() {
  const { here } = services();
  const [alice, bob] = await here.people('alice', 'bob');
  const { _id: conversationId } = await alice.group(bob);
  const message = { conversationId, content: 'was it stored?', clientId: 'said' };
  return { here, alice, bob, conversationId, message, first: await bob.emit(sendMessage, message) };
}

describe('a send that is repeated when it is not allowed any more', () => {
  it('is answered with what was stored while it was, over sockets and REST, to a member that was removed', async () => {
    const { here, alice, bob, conversationId, message, first } = await said();
    await remove(here, alice, conversationId, bob);
    const { content, clientId } = message;
    const asked = { params: { id: conversationId }, body: { content, clientId } };
    expect(await bob.emit(sendMessage, message)).toEqual({ ...first, duplicate: true });
    expect(await bob.rest.call(postMessage, asked)).toEqual({ ...first, duplicate: true });
  });

  it('is answered so also where the removal is found out only at its place in the log', async () => {
    const { alice, bob, conversationId, message, first } = await said();
    await remove(services().there, alice, conversationId, bob);
    expect(await bob.emit(sendMessage, message)).toEqual({ ...first, duplicate: true });
  });

  it('tells who is gone nothing of what was done with it since', async () => {
    const { here, alice, bob, conversationId, message, first } = await said();
    const { _id: messageId } = first;
    await bob.emit(editMessage, { messageId, content: 'edited' });
    await remove(here, alice, conversationId, bob);
    await alice.emit(react, { messageId, emoji: '👍' });
    await alice.emit(pinMessage, { messageId });
    expect(await bob.emit(sendMessage, message)).toEqual({ ...first, duplicate: true });
    await alice.emit(deleteMessage, { messageId });
    const repeated = await bob.emit(sendMessage, message);
    expect(repeated).toEqual({ ...first, content: '', duplicate: true });
  });

  it('is refused as before when it was not stored: with another id, without one, by somebody else', async () => {
    const { here, alice, bob, conversationId, message } = await said();
    const [eve] = await here.people('eve');
    await remove(here, alice, conversationId, bob);
    const { clientId, ...withoutId } = message;
    const tries = [
      bob.emit(sendMessage, { ...message, clientId: `${clientId}-2` }),
      bob.emit(sendMessage, withoutId),
      eve.emit(sendMessage, message),
    ];
    const refusals = await Promise.all(tries.map(refusalOf));
    expect(refusals.map(({ code }) => code)).toEqual(['NOTFOUND', 'NOTFOUND', 'NOTFOUND']);
  });

  it('is answered to somebody who was blocked, and to one who forwards', async () => {
    const { here } = services();
    const [alice, bob] = await here.people('alice', 'bob');
    const { _id: conversationId } = await here.talk(alice, bob);
    const message = { conversationId, content: 'still friends?', clientId: 'said' };
    const first = await bob.emit(sendMessage, message);
    const forward = { messageId: first._id, conversationIds: [conversationId], clientId: 'forwarded' };
    const [copy] = await bob.emit(forwardMessage, forward);
    await here.app.get(PeopleService).blockChanged({ userId: alice.id, blockedId: bob.id, rev: 1 }, true);
    expect(await bob.emit(sendMessage, message)).toEqual({ ...first, duplicate: true });
    const [again] = await bob.emit(forwardMessage, forward);
    expect(again).toEqual({ conversationId, message: { ...copy?.message, duplicate: true } });
    const refused = await refusalOf(bob.emit(sendMessage, { ...message, clientId: 'new' }));
    expect(refused.code).toBe('FORBIDDEN');
  });
});
