import { randomBytes } from 'node:crypto';
import {
  addMember,
  createConversation,
  deleteMessage,
  editMessage,
  getConversation,
  listConversations,
  listEdits,
  listMembers,
  listMessages,
  memberRemoved,
  messageUpdated,
  moderatorUpdated,
  promoteModerator,
  react,
  readMessage,
  removeMember,
  sendMessage,
  userDeletedEvent,
  type ConversationDto,
} from '@app/contracts';
import { EventPublisher } from '@app/messaging';
import { eventually, refusalOf } from '@app/testing';
import { Types, type Connection } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { DepartedUsers } from '../src/departures/departed-users';
import { DeparturesService } from '../src/departures/departures.service';
import { PeopleService } from '../src/people/people.service';
import type { Person } from './support/people';
import { useChatService } from './support/chat-service';

const unique = randomBytes(5).toString('hex');
const service = useChatService(
  { RABBITMQ_URL: process.env['RABBITMQ_URL'] ?? '' },
  { service: `chat-${unique}`, exchange: `events-${unique}`, retryDelaysMs: [100, 200, 300] },
);

/** As the user service does it: the account is unknown from now on, its sockets close, the others are told. */
async function depart({ id, chat }: Person): Promise<void> {
  chat.close();
  service().everybody.directory.known.delete(id);
  const at = new Date();
  await eventually(
    () =>
      service()
        .app.get(EventPublisher)
        .publish({
          contract: userDeletedEvent,
          id: `departure-${id}`,
          key: String(id),
          at,
          traceId: 'x',
          data: { userId: id, at: at.toISOString() },
        }),
    () => undefined,
  );
}

const collection = (name: string) => service().app.get<Connection>(DATABASE).collection(name);

const history = async (person: Person, conversationId: string) =>
  (await person.emit(listMessages, { conversationId, limit: 100 })).toReversed();

describe('when an account is deleted', () => {
  it('its messages keep their places and their texts, its files go, and everybody sees that live', async () => {
    const [eve, bob, ann] = await service().people('eve', 'bob', 'ann');
    const { _id: conversationId } = await eve.group(bob, ann);
    await eve.emit(sendMessage, {
      conversationId,
      content: 'one',
      attachments: ['https://x/1', 'https://x/2'],
    });
    await bob.emit(sendMessage, { conversationId, content: 'two', attachments: ['https://x/bob'] });
    const photo = await eve.emit(sendMessage, {
      conversationId,
      attachments: ['https://x/3'],
      type: 'image',
    });
    await eve.emit(sendMessage, { conversationId, content: 'four' });

    await depart(eve);
    const update = await bob.chat.receives(messageUpdated, ({ _id }) => _id === photo._id);
    expect(update).toMatchObject({
      seq: 3,
      sender_id: eve.id,
      attachments: [],
      content: '',
      edited_at: null,
    });
    await bob.chat.receivesMany(messageUpdated, 2);
    expect(new Set(bob.chat.received(messageUpdated).map(({ ev }) => ev))).toEqual(new Set([5, 6]));

    const seen = await history(ann, conversationId);
    expect(
      seen.map(({ seq, content, sender_id, attachments }) => [seq, content, sender_id, attachments]),
    ).toEqual([
      [1, 'one', eve.id, []],
      [2, 'two', bob.id, ['https://x/bob']],
      [3, '', eve.id, []],
      [4, 'four', eve.id, []],
    ]);
    const members = await ann.emit(listMembers, { conversationId });
    expect(members.map(({ userId }) => userId)).toEqual([bob.id, ann.id]);
  });

  it('what it said before its edits, its reactions and what it has hidden go as well', async () => {
    const [eve, bob, ann] = await service().people('eve', 'bob', 'ann');
    const { _id: conversationId } = await bob.group(eve, ann);
    const own = await eve.emit(sendMessage, { conversationId, content: 'an old wording' });
    await eve.emit(editMessage, { messageId: own._id, content: 'what stays' });
    const liked = await bob.emit(sendMessage, { conversationId, content: 'like it' });
    const messageId = liked._id;
    for (const emoji of ['👍', '❤️']) await eve.emit(react, { messageId, emoji });
    await ann.emit(react, { messageId, emoji: '👍' });
    const unloved = await bob.emit(sendMessage, { conversationId, content: 'only eve' });
    await eve.emit(react, { messageId: unloved._id, emoji: '👍' });
    await eve.emit(deleteMessage, { messageId, forMe: true });

    await depart(eve);
    const reactions = [{ emoji: '👍', user_ids: [ann.id] }];
    await bob.chat.receives(messageUpdated, (message) => message._id === unloved._id);
    await eventually(
      () => history(bob, conversationId),
      ([first, second, third]) => {
        expect(first).toMatchObject({ content: 'what stays' });
        expect(second?.reactions).toEqual(reactions);
        expect(third).not.toHaveProperty('reactions');
      },
    );
    await eventually(
      () => collection('hidden_messages').countDocuments({ user_id: eve.id }),
      (count) => expect(count).toBe(0),
    );
    await eventually(
      () => bob.emit(listEdits, { messageId: own._id }),
      (edits) => expect(edits).toEqual([]),
    );
    expect(await collection('messages').countDocuments({ 'reactions.user_ids': eve.id })).toBe(0);
  });

  it('it is no recipient, no reader and no member of anything new', async () => {
    const [eve, bob, ann] = await service().people('eve', 'bob', 'ann');
    const { _id: conversationId } = await bob.group(eve, ann);
    const pair = await bob.emit(createConversation, { type: 'private', participantIds: [eve.id] });
    const first = await bob.emit(sendMessage, { conversationId, content: 'one' });
    await eve.emit(readMessage, { messageId: first._id });
    await ann.emit(readMessage, { messageId: first._id });
    expect((await history(bob, conversationId))[0]).toMatchObject({
      status: 'read',
      seen_by: [eve.id, ann.id],
    });

    await depart(eve);
    await eventually(
      () => collection('receipts').countDocuments({ user_id: eve.id }),
      (count) => expect(count).toBe(0),
    );
    // Read by all who are there; it would wait for the departed for ever.
    expect((await history(bob, conversationId))[0]).toMatchObject({ status: 'read', seen_by: [ann.id] });

    const refusal = await refusalOf(bob.emit(createConversation, { participantIds: [eve.id] }));
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['participantIds'] });
    // The other side of a private conversation keeps it, and may go on; nobody is to be told of it.
    const alone = await bob.emit(sendMessage, { conversationId: pair._id, content: 'anybody there?' });
    const stored = await service().stored.findOne({ clientId: alone.clientId });
    expect(stored?.outbox).toBeUndefined();
    expect((await bob.emit(listConversations, {})).map(({ _id }) => _id)).toContain(pair._id);
  });

  it('an event that waits for nobody but the departed leaves the outbox', async () => {
    const [eve, bob] = await service().people('eve', 'bob');
    const pair = await bob.emit(createConversation, { type: 'private', participantIds: [eve.id] });
    await depart(eve);
    await eventually(
      () => collection('departed_users').countDocuments({ _id: eve.id as never }),
      (count) => expect(count).toBe(1),
    );
    const sent = await bob.emit(sendMessage, { conversationId: pair._id, content: 'x' });
    const entry = { id: `${sent._id}.message.created`, type: 'message.created', ev: 1, at: new Date(0) };
    await service().stored.updateOne({ clientId: sent.clientId }, { $set: { outbox: [entry] } });
    await eventually(
      () => service().stored.findOne({ clientId: sent.clientId }),
      (stored) => expect(stored?.outbox).toEqual([]),
    );
  });

  it('nothing is stored for it any more: no message, and nothing that is told late', async () => {
    const [eve, bob] = await service().people('eve', 'bob');
    const { _id: conversationId } = await eve.group(bob);
    await service().app.get(DepartedUsers).mark(eve.id, new Date());
    const refusal = await refusalOf(eve.emit(sendMessage, { conversationId, content: 'from the grave' }));
    expect(refusal.code).toBe('AUTH_INVALID');
    expect(await service().stored.countDocuments({ sender_id: eve.id })).toBe(0);

    const people = service().app.get(PeopleService);
    await people.contactChanged(bob.id, eve.id, 1, true);
    await people.blockChanged({ userId: bob.id, blockedId: eve.id, rev: 2 }, true);
    await people.privacyChanged({
      userId: eve.id,
      presence: 'nobody',
      lastSeen: 'nobody',
      readReceipts: true,
      rev: 3,
    });
    expect(await collection('people_pairs').countDocuments({ users: eve.id })).toBe(0);
    expect(await collection('people_privacy').countDocuments({ _id: eve.id as never })).toBe(0);
  });

  it('its memberships end, and where it was the admin, whoever has served longest takes over', async () => {
    const [bob, cat, eve, ann, dan] = await service().people('bob', 'cat', 'eve', 'ann', 'dan');
    const [led, plain, pair, own] = [
      await eve.group(bob, ann, dan),
      await eve.group(ann),
      await eve.emit(createConversation, { type: 'private', participantIds: [bob.id] }),
      await eve.group(dan),
    ];
    for (const { id: userId } of [dan, bob])
      await eve.emit(promoteModerator, { conversationId: led._id, userId });
    await eve.emit(addMember, { conversationId: plain._id, userIds: [bob.id, cat.id] });
    await eve.emit(removeMember, { conversationId: own._id, userId: dan.id });
    await depart(eve);
    const left = await dan.chat.receives(memberRemoved, ({ conversationId }) => conversationId === led._id);
    expect(left).toMatchObject({ userId: eve.id, removedBy: eve.id, memberCount: 3 });
    const about = (who: Person, { _id }: ConversationDto) =>
      who.emit(getConversation, { conversationId: _id });
    expect(await about(bob, led)).toMatchObject({ admin_id: dan.id, moderator_ids: [bob.id] });
    expect(dan.chat.received(moderatorUpdated).at(-1)).toMatchObject({ userId: dan.id, role: 'admin' });
    const { admin_id, participants } = await eventually(
      () => about(ann, plain),
      (state) => expect(state.participants).not.toContain(eve.id),
    );
    expect({ admin_id, size: participants.length }).toEqual({ admin_id: ann.id, size: 3 });
    expect((await about(bob, pair)).participants).toEqual([bob.id, eve.id]);
    await eventually(
      () => collection('conversations').findOne({ _id: new Types.ObjectId(own._id) }),
      (stored) => expect(stored).toMatchObject({ is_deleted: true }),
    );
  });

  it('is worked through over many batches, again and again without a further change', async () => {
    const [eve, bob] = await service().people('eve', 'bob');
    const { _id: conversationId } = await eve.group(bob);
    const total = 950;
    await Promise.all(
      Array.from({ length: total }, (_, index) =>
        eve.emit(sendMessage, {
          conversationId,
          clientId: `c-${index}`,
          attachments: [`https://x/${index}`],
        }),
      ),
    );
    await depart(eve);
    const left = () =>
      service().stored.countDocuments({ sender_id: eve.id, 'attachments.0': { $exists: true } });
    await eventually(left, (count) => expect(count).toBe(0), 50_000);
    const [last] = await service()
      .stored.find({ sender_id: eve.id, type: 'text' })
      .sort({ ev: -1 })
      .limit(1)
      .toArray();
    expect(last?.ev).toBe(2 * total);

    const again = { userId: eve.id, at: new Date().toISOString() };
    await service().app.get(DeparturesService).depart(again);
    await bob.emit(sendMessage, { conversationId, content: 'and on' });
    // Two changes of the conversation stand before it: the admin's role has passed on, and eve has gone.
    expect((await history(bob, conversationId)).at(-1)).toMatchObject({ seq: total + 3, ev: 2 * total + 3 });
  }, 60_000);
});
