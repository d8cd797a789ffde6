import {
  acceptRequest,
  conversationInvited,
  createConversation,
  groupInviteCreatedEvent,
  requestAcceptedEvent,
  requestCreatedEvent,
  type ConversationDto,
} from '@app/contracts';
import { eventually } from '@app/testing';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { mongo, type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { DATABASE } from '@app/mongodb';
import { ChatService, freshDatabase } from './support/chat-service';
import type { Person } from './support/people';
import { ownQueues } from './support/people-events';

const [settings, messaging] = ownQueues();
const QUEUE = `${messaging.service}.told`;

/** One that reaches the bus, and one that cannot: what that one leaves, the other finds. */
let here: ChatService;
let cutOff: ChatService;
let broker: ChannelModel;
let bus: Channel;

beforeAll(async () => {
  broker = await connect(settings.RABBITMQ_URL);
  bus = await broker.createChannel();
  const exchange = messaging.exchange ?? '';
  await bus.assertExchange(exchange, 'topic', { durable: true });
  await bus.assertQueue(QUEUE);
  for (const { name } of [groupInviteCreatedEvent, requestCreatedEvent, requestAcceptedEvent])
    await bus.bindQueue(QUEUE, exchange, name);
  const MONGODB_URI = freshDatabase();
  here = await ChatService.start({ ...settings, MONGODB_URI }, messaging);
  cutOff = await ChatService.start({ MONGODB_URI });
});
afterAll(async () => {
  await bus.deleteQueue(QUEUE);
  await broker.close();
  await cutOff.stop();
  await here.stop();
});

interface Told {
  type: string;
  id: string;
  data: { conversationId: string; inviteeIds?: number[] };
}

/** By their ids: an event may come twice. */
const heard = new Map<string, Told>();
/** What the bus was told of the conversation, once it is as much. */
const told = (conversationId: string, count: number) =>
  eventually(
    async () => {
      for (let got = await bus.get(QUEUE, { noAck: true }); got; got = await bus.get(QUEUE, { noAck: true }))
        note(JSON.parse(got.content.toString()) as Told);
      return [...heard.values()].filter(({ data }) => data.conversationId === conversationId);
    },
    (events) => expect(events).toHaveLength(count),
  );

const note = (event: Told) => heard.set(event.id, event);

const collection = (name: string) => here.app.get<Connection>(DATABASE).collection(name);
const waiting = async ({ _id }: ConversationDto) => {
  const id = new mongo.ObjectId(_id);
  const pending = { 'outbox.0': { $exists: true } };
  return (
    (await collection('conversations').countDocuments({ _id: id, ...pending })) +
    (await collection('messages').countDocuments({ conversation_id: id, ...pending }))
  );
};
const isTold = (conversation: ConversationDto) =>
  eventually(
    () => waiting(conversation),
    (count) => expect(count).toBe(0),
  );
/** Time does not wait for a test: what was left is made older. */
const age = (name: string) =>
  collection(name).updateMany({ 'outbox.0': { $exists: true } }, { $set: { 'outbox.$[].at': new Date(0) } });

const ask = (by: Person, whom: Person) =>
  by.emit(createConversation, { type: 'private', participantIds: [whom.id] });
const add = (service: ChatService, by: Person, { _id }: ConversationDto, ...whom: Person[]) =>
  service.app
    .get(ConversationStates)
    .change(
      { userId: by.id },
      _id,
      undefined,
      () => ({ action: 'member-added', userIds: whom.map(({ id }) => id) }),
      [groupInviteCreatedEvent.name],
    );

describe('the bus is told', () => {
  it('of a group, whom somebody has brought into it', async () => {
    const [alice, bob, carol] = await here.people('alice', 'bob', 'carol');
    const group = await alice.group(bob, carol);
    const [event] = await told(group._id, 1);
    expect(event).toMatchObject({
      type: 'group_invite.created',
      data: {
        conversationName: 'a group',
        conversationType: 'group',
        ev: 0,
        inviterId: alice.id,
        inviterName: `user-${alice.id}`,
        inviteeIds: [bob.id, carol.id],
      },
    });
    await isTold(group);
  });

  it('of a large group in parts', async () => {
    const [alice] = await here.people('alice');
    const participantIds = Array.from({ length: 700 }, () => here.everybody.newId());
    const group = await alice.emit(createConversation, { participantIds });
    const events = await told(group._id, 2);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
    expect(events.flatMap(({ data }) => data.inviteeIds).sort()).toEqual([...participantIds].sort());
    await isTold(group);
  });

  it('of those who are added later, who hear of it at once', async () => {
    const [alice, bob, carol, dave] = await here.people('alice', 'bob', 'carol', 'dave');
    const group = await alice.group(bob);
    await here.app.get(ConversationStates).find(group._id);
    const { state } = await add(here, alice, group, carol, dave);
    const invited = await carol.chat.receives(conversationInvited);
    expect(invited).toMatchObject({
      invitedBy: alice.id,
      conversation: { _id: group._id, code: group.code },
    });
    expect(bob.chat.received(conversationInvited)).toHaveLength(1);
    const [, event] = await told(group._id, 2);
    expect(event).toMatchObject({
      type: 'group_invite.created',
      data: { ev: state.ev, inviterId: alice.id, inviteeIds: [carol.id, dave.id] },
    });
    await isTold(group);
  });

  it('of a message request and of its acceptance, and of nothing between contacts', async () => {
    const [alice, bob, carol] = await here.people('alice', 'bob', 'carol');
    const friends = await here.talk(alice, carol);
    const request = await ask(alice, bob);
    const [asked] = await told(request._id, 1);
    expect(asked).toMatchObject({
      type: 'request.created',
      data: { initiatorId: alice.id, initiatorName: `user-${alice.id}`, addresseeId: bob.id },
    });
    await bob.emit(acceptRequest, { conversationId: request._id });
    const [, accepted] = await told(request._id, 2);
    expect(accepted).toMatchObject({
      type: 'request.accepted',
      data: { initiatorId: alice.id, acceptedBy: bob.id, acceptedByName: `user-${bob.id}` },
    });
    await isTold(request);
    await told(friends._id, 0);
  });

  it('also when the one who wrote it died before it could tell', async () => {
    const [alice, bob, carol] = await here.people('alice', 'bob', 'carol');
    const far = await alice.device(cutOff.origin);
    cutOff.everybody.directory.known.add(bob.id);
    const group = await far.emit(createConversation, { participantIds: [bob.id] });
    const request = await far.emit(createConversation, { type: 'private', participantIds: [bob.id] });
    await add(cutOff, alice, group, carol);
    const bobFar = await bob.device(cutOff.origin);
    await bobFar.emit(acceptRequest, { conversationId: request._id });
    expect([await waiting(group), await waiting(request)]).toEqual([2, 2]);

    await Promise.all([age('conversations'), age('messages')]);
    const types = async (id: string) => (await told(id, 2)).map(({ type }) => type).sort();
    expect(await types(group._id)).toEqual(['group_invite.created', 'group_invite.created']);
    expect(await types(request._id)).toEqual(['request.accepted', 'request.created']);
    await Promise.all([isTold(group), isTold(request)]);
  });
});
