import {
  getConversation,
  listConversations,
  listMessages,
  messageCreated,
  sendMessage,
} from '@app/contracts';
import { eventually } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { PROJECTION } from '../src/log/message-indexes';
import { MessageLog } from '../src/log/message-log';
import { checkHistory } from './support/message-log.history';
import type { ChatService } from './support/chat-service';
import { useDeafChatServices } from './support/deaf-chat-services';
import type { Person } from './support/people';
import { mongo } from 'mongoose';

const services = useDeafChatServices();

const statesOf = ({ app }: ChatService) => app.get(ConversationStates);
const remove = (service: ChatService, by: Person, conversationId: string, ...userIds: number[]) =>
  statesOf(service).change({ userId: by.id }, conversationId, undefined, (state) =>
    userIds.every((id) => state.participants.includes(id)) ? { action: 'member-removed', userIds } : null,
  );

describe('a change of a conversation', () => {
  it('is a message in its sequence, told to members and to those who go by it, and nothing behind it to these', async () => {
    const [alice, bob, carol] = await services().here.people('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.group(bob, carol);
    await alice.emit(sendMessage, { conversationId, content: '1' });
    const { state, message } = await remove(services().here, alice, conversationId, bob.id);
    expect(state).toMatchObject({ participants: [alice.id, carol.id].sort((a, b) => a - b), ev: 2 });
    expect(message).toMatchObject({
      seq: 2,
      ev: 2,
      told: 1,
      control_ev: 2,
      prev_control_ev: 0,
      type: 'system',
    });
    await alice.emit(sendMessage, { conversationId, content: '2' });
    await carol.chat.receivesMany(messageCreated, 3);
    const seen = bob.chat.received(messageCreated);
    expect(seen.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(seen[1]).toMatchObject({
      type: 'system',
      system: { action: 'member-removed', userIds: [bob.id] },
    });
    await expect(bob.emit(sendMessage, { conversationId, content: '3' })).rejects.toMatchObject({
      code: 'NOTFOUND',
    });
    await expect(bob.emit(getConversation, { conversationId })).rejects.toMatchObject({ code: 'NOTFOUND' });
    expect(await bob.emit(listConversations, {})).toEqual([]);
    expect(await carol.emit(listConversations, {})).toMatchObject([{ _id: conversationId }]);
  });

  it('decides who hears of what an instance has missed: whoever was in it then, not whoever is now', async () => {
    const { here, there } = services();
    const [alice, bob] = await here.people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    await alice.emit(sendMessage, { conversationId, content: '1' });
    const far = await alice.device(there.origin);
    await remove(there, alice, conversationId, bob.id);
    await far.emit(sendMessage, { conversationId, content: 'without Bob' });
    await statesOf(there).change({ userId: alice.id }, conversationId, undefined, () => ({
      action: 'member-added',
      userIds: [bob.id],
    }));
    await far.emit(sendMessage, { conversationId, content: 'with Bob' });
    await alice.emit(sendMessage, { conversationId, content: 'last' });
    const seqsOf = (person: Person) => person.chat.received(messageCreated).map(({ seq }) => seq);
    await bob.chat.receives(messageCreated, ({ content }) => content === 'last');
    await alice.chat.receives(messageCreated, ({ content }) => content === 'last');
    expect(seqsOf(alice)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seqsOf(bob)).toEqual([1, 2, 4, 5, 6]);
  });

  it('stops a send that was let in by an instance that has not heard of it', async () => {
    const [alice, bob] = await services().here.people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const bobThere = await bob.device(services().there.origin);
    await bobThere.emit(sendMessage, { conversationId, content: '1' });
    await remove(services().here, alice, conversationId, bob.id);
    expect(statesOf(services().there).peek(conversationId)?.participants).toContain(bob.id);
    await expect(bobThere.emit(sendMessage, { conversationId, content: '2' })).rejects.toMatchObject({
      code: 'NOTFOUND',
    });
    expect(statesOf(services().there).peek(conversationId)?.participants).not.toContain(bob.id);
    const history = await checkHistory(services().here.stored, new mongo.ObjectId(conversationId));
    expect(history.map(({ content, type }) => [type, content])).toEqual([
      ['text', '1'],
      ['system', ''],
    ]);
  });

  it('lets the others of the same moment through', async () => {
    const [alice, bob, carol] = await services().here.people('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.group(bob, carol);
    const [bobThere, carolThere] = await Promise.all([
      bob.device(services().there.origin),
      carol.device(services().there.origin),
    ]);
    await carolThere.emit(sendMessage, { conversationId, content: '1' });
    await remove(services().here, alice, conversationId, bob.id);
    const sends = [2, 3, 4, 5, 6].flatMap((n) => [
      carolThere.emit(sendMessage, { conversationId, content: String(n) }),
      bobThere.emit(sendMessage, { conversationId, content: String(n) }).catch(() => 'refused'),
    ]);
    const answers = await Promise.all(sends);
    expect(answers.filter((answer) => answer === 'refused')).toHaveLength(5);
    const history = await checkHistory(services().here.stored, new mongo.ObjectId(conversationId));
    expect(history.filter(({ type }) => type === 'text').map(({ sender_id }) => sender_id)).toEqual(
      Array<number>(6).fill(carol.id),
    );
  });

  it('is noticed by whoever reads the history elsewhere', async () => {
    const [alice, bob] = await services().here.people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const bobThere = await bob.device(services().there.origin);
    expect(await bobThere.emit(listMessages, { conversationId })).toEqual([]);
    await remove(services().here, alice, conversationId, bob.id);
    await expect(bobThere.emit(listMessages, { conversationId })).rejects.toMatchObject({ code: 'NOTFOUND' });
  });

  it('is decided from what stands right before it: of two who do the same at once, one finds nothing to do', async () => {
    const [alice, bob] = await services().here.people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        remove(n % 2 ? services().here : services().there, alice, conversationId, bob.id),
      ),
    );
    expect(all.filter(({ message }) => message)).toHaveLength(1);
    for (const { state } of all) expect(state.participants).toEqual([alice.id]);
    expect(await checkHistory(services().here.stored, new mongo.ObjectId(conversationId))).toHaveLength(1);
  });

  it('is written once for one clientId, and a repeat is answered with it', async () => {
    const [alice, bob] = await services().here.people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const rename = (service: ChatService, name: string) =>
      statesOf(service).change({ userId: alice.id }, conversationId, 'rename-1', () => ({
        action: 'conversation-updated',
        userIds: [],
        name,
      }));
    const all = await Promise.all([
      rename(services().here, 'B'),
      rename(services().there, 'B'),
      rename(services().here, 'B'),
    ]);
    expect(new Set(all.map(({ message }) => message?._id.toHexString())).size).toBe(1);
    await statesOf(services().here).change({ userId: alice.id }, conversationId, undefined, () => ({
      action: 'conversation-updated',
      userIds: [],
      name: 'C',
    }));
    expect((await rename(services().there, 'B')).state.name).toBe('C');
  });

  it('refuses as the decision says, and writes nothing', async () => {
    const [alice, bob] = await services().here.people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const refused = statesOf(services().here).change({ userId: alice.id }, conversationId, undefined, () => {
      throw new RangeError('no');
    });
    await expect(refused).rejects.toBeInstanceOf(RangeError);
    expect(await services().here.app.get(MessageLog).last(conversationId)).toMatchObject({
      seq: 0,
      control: 0,
    });
  });

  it('comes to lists and caches also when its writer dies before it has projected it', async () => {
    const [alice, bob] = await services().here.people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    // What a writer leaves that dies right behind the commit.
    await services()
      .here.app.get(MessageLog)
      .control({
        conversationId,
        senderId: alice.id,
        clientId: 'dies',
        outbox: [PROJECTION],
        decide: () => Promise.resolve({ action: 'member-removed', userIds: [bob.id] }),
      });
    expect(await alice.emit(getConversation, { conversationId })).toMatchObject({ participants: [alice.id] });
    await eventually(
      () => bob.emit(listConversations, {}),
      (list) => expect(list).toEqual([]),
      15_000,
    );
    const stored = await services().here.stored.findOne({ clientId: 'dies' });
    await eventually(
      () => services().here.stored.findOne({ clientId: stored?.clientId ?? '' }),
      (message) => expect(message?.outbox).toEqual([]),
    );
  });
});
