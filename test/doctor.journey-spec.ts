import {
  addMember,
  deleteMessage,
  editMessage,
  getUnreadCount,
  markConversationRead,
  promoteModerator,
  quitConversation,
  react,
  removeMember,
  sendMessage,
  updateConversation,
} from '@app/contracts';
import { eventually, useSystem, type Actor } from '@app/testing';
import { createConnection, mongo, type Connection } from 'mongoose';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctor } from './support/doctor';
import { upTo } from './support/talk';

const LAST_MIGRATION = 'DeletedAccounts1763775000000';

describe('npm run doctor', () => {
  const system = useSystem({ instances: { chat: 2 } });
  let chat: Connection;
  let bell: Connection;
  let users: Client;
  let alice: Actor;
  let bob: Actor;
  let carol: Actor;
  let dave: Actor;
  let groups: string[] = [];

  const look = (...args: string[]) => {
    const urls = {
      USER_SERVICE_URL: system.urls('user').join(),
      CHAT_SERVICE_URL: system.urls('chat').join(),
    };
    return doctor(system.stores, urls, ...args);
  };
  const rows = (name: string) =>
    chat.collection(name) as unknown as mongo.Collection<Record<string, unknown>>;
  const place = (group: string, seq: number) => ({ conversation_id: new mongo.ObjectId(group), seq });

  beforeAll(async () => {
    const { MONGODB_URI, POSTGRES_URL } = system.stores;
    const notifications = new URL(MONGODB_URI);
    notifications.pathname += '_notifications';
    chat = await createConnection(MONGODB_URI).asPromise();
    bell = await createConnection(notifications.href).asPromise();
    users = new Client({ connectionString: POSTGRES_URL });
    await users.connect();
  });
  afterAll(() => Promise.all([chat.close(), bell.close(), users.end()]));

  /** Everything that moves a number. */
  async function useGroup(): Promise<string> {
    const { _id: conversationId } = await alice.createGroup([bob, carol]);
    const people = [alice, bob, carol];
    const sent = await Promise.all(
      upTo(24).map((n) => people[n % 3]!.emit(sendMessage, { conversationId, content: `message ${n}` })),
    );
    await Promise.all([
      ...sent.slice(0, 6).map(({ _id: messageId, sender_id }) => {
        const author = people.find(({ id }) => id === sender_id)!;
        return author.emit(editMessage, { messageId, content: 'edited' });
      }),
      ...sent.slice(4, 12).map(({ _id: messageId }) => bob.emit(react, { messageId, emoji: '👍' })),
      alice.emit(addMember, { conversationId, userId: dave.id }),
      alice.emit(promoteModerator, { conversationId, userId: bob.id }),
      alice.emit(updateConversation, { conversationId, name: 'Another name' }),
    ]);
    const own = sent.find(({ sender_id }) => sender_id === alice.id)!;
    await alice.emit(deleteMessage, { messageId: own._id });
    await alice.emit(removeMember, { conversationId, userId: carol.id });
    await dave.emit(sendMessage, { conversationId, content: 'I am here, too' });
    await bob.emit(markConversationRead, { conversationId });
    await alice.emit(addMember, { conversationId, userId: carol.id });
    await dave.emit(quitConversation, { conversationId });
    return conversationId;
  }

  it('finds nothing wrong in a system that was used, once all has settled', async () => {
    [alice, bob, carol, dave] = await system.connected('alice', 'bob', 'carol', 'dave');
    groups = await Promise.all(upTo(6).map(useGroup));
    await eventually(
      () => alice.call(getUnreadCount),
      ({ count }) => expect(count).toBeGreaterThanOrEqual(6 * 16),
    );
    const found = await eventually(
      () => look(),
      ({ wrong }) => expect(wrong).toEqual([]),
      30_000,
    );
    expect(found).toMatchObject({ code: 0, healthy: true, remaining: 0, unseen: [] });
    const { sequence, notifications, projection, migrations, sessions, chatIndexes } = found.looked;
    expect({ sequence, projection, sessions }).toEqual({ sequence: 6 * 31, projection: 6, sessions: 4 });
    for (const looked of [notifications, migrations, chatIndexes]) expect(looked).toBeGreaterThan(5);
  });

  it('names what is wrong with the log itself, and leaves it alone', async () => {
    const [group = '', holed = ''] = groups;
    const messages = rows('messages');
    const unique = (await messages.indexes()).filter((index) => index.unique && index.name !== '_id_');
    const doubled = (await messages.findOne(place(group, 5)))!;
    const removed = (await messages.findOne(place(holed, 3)))!;
    const miscounted = (await messages.findOne(place(holed, 7)))!;
    for (const { name = '' } of unique) await messages.dropIndex(name);
    const double = { ...doubled, _id: new mongo.ObjectId() };
    await messages.insertOne(double);
    await messages.deleteOne({ _id: removed._id });
    await messages.updateOne({ _id: miscounted._id }, { $set: { head_seq: 9 } });

    const { wrong, code } = await look('--repair');
    expect(code).toBe(1);
    const notified = await bell
      .collection('notifications')
      .distinct('_id', { message_id: removed._id.toHexString() });
    expect(notified).not.toEqual([]);
    expect(wrong.filter((text) => !/^(counters|chatIndexes) /.test(text))).toEqual(
      [
        `sequence ${group} seq 5 is there twice`,
        ...numbersOf(doubled).map((ev) => `changeNumbers ${group} ev ${ev} is there twice`),
        `clientIds ${group} user ${Number(doubled['sender_id'])} has one message twice: seq 5 and 5`,
        `sequence ${holed} seq 3 missing`,
        ...numbersOf(removed).map((ev) => `changeNumbers ${holed} ev ${ev} missing`),
        ...notified.map((id) => `notifications ${String(id)} its message does not exist`),
      ].toSorted(),
    );
    expect(wrong.filter((text) => text.startsWith('chatIndexes'))).toEqual(
      unique.map(({ name = '' }) => `chatIndexes messages.${name} missing`).toSorted(),
    );
    expect(wrong.filter((text) => text.startsWith(`counters ${holed} told of seq 4`))).toHaveLength(1);
    expect(await messages.countDocuments(place(group, 5))).toBe(2);

    await messages.deleteOne({ _id: double._id });
    await messages.insertOne(removed);
    await messages.replaceOne({ _id: miscounted._id }, miscounted);
  });

  it('names what does not follow from the log, and repairs it', async () => {
    const [first = '', second = '', third = ''] = groups;
    const id = (group: string) => new mongo.ObjectId(group);
    const conversations = rows('conversations');
    const memberships = rows('memberships');
    // Documents of conversations.
    await conversations.updateOne({ _id: id(first) }, { $set: { name: 'damaged', admin_id: carol.id } });
    await conversations.updateOne({ _id: id(second) }, { $set: { state_ev: 0, participants: [alice.id] } });
    await conversations.updateOne({ _id: id(third) }, { $set: { last_seq: 3, last_told: 3 } });
    await conversations.updateOne({ _id: id(first) }, { $set: { last_seq: 999 } });
    // Memberships: of somebody from the beginning, of one who came, of one who went.
    const of = (group: string, { id: user_id }: Actor) => ({ conversation_id: id(group), user_id });
    await memberships.deleteOne(of(first, bob));
    await memberships.updateOne(of(first, carol), { $set: { active: false } });
    await memberships.updateOne(of(third, dave), { $set: { active: true, ev: 999 } });
    await memberships.updateOne(of(third, carol), { $set: { ev: 1 } });
    await rows('receipts').updateOne(of(first, bob), { $set: { read_told: 2 } });
    await rows('search_progress').updateOne({ _id: id(first) }, { $set: { ev: 999 } });
    await rows('search_progress').deleteOne({ _id: id(second) });
    await rows('receipts').dropIndex('user_id_1_conversation_id_1');
    // Notifications: a double, and one of nothing.
    const notifications = bell.collection('notifications') as unknown as mongo.Collection<{ _id: string }>;
    const one = (await notifications.findOne({ type: 'message', related_id: first }))!;
    const other = { ...one, _id: 'double' };
    const noMessage = new mongo.ObjectId().toHexString();
    const nothing = { ...one, _id: `${noMessage}:${bob.id}`, user_id: bob.id, message_id: noMessage };
    await notifications.insertMany([other, nothing]);
    // Of the user service.
    await users.query(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [dave.id]);
    const sessions = await users.query<{ session_id: string }>(
      `SELECT session_id FROM tokens WHERE user_id = $1`,
      [dave.id],
    );

    const expected = [
      `activity ${first} the list of conversations knows a message that the log does not have`,
      `activity ${third} the list of conversations does not know the last message`,
      // Three of them since the test before.
      ...['change_number', 'client_id', 'sequence'].map(
        (name) => `chatIndexes messages.messages_${name}_unique missing`,
      ),
      'chatIndexes receipts.user_id_1_conversation_id_1 missing',
      `memberships ${first} user ${bob.id} has no membership`,
      `memberships ${first} the membership of user ${carol.id} is not what the log says`,
      `memberships ${third} the membership of user ${carol.id} is of a change that the log does not have`,
      `memberships ${third} the membership of user ${dave.id} is of a change that the log does not have`,
      `notifications double a double of ${one._id}`,
      `notifications ${nothing._id} its message does not exist`,
      `projection ${first} the document is not what the log says: name, admin_id`,
      `projection ${second} the document is behind the log`,
      `receipts ${first} unread numbers of user ${bob.id} do not add up`,
      `search ${first} the search index is of a change that the log does not have`,
      `search ${second} the search index is behind the log`,
      ...sessions.rows.map(
        ({ session_id }) => `sessions ${session_id} alive, and user ${dave.id} is suspended`,
      ),
    ].toSorted();
    const found = await look('--repair');
    expect(found.wrong).toEqual(expected);
    expect(found.repaired).toEqual(expected);
    expect(found).toMatchObject({ code: 0, healthy: true, remaining: 0, unseen: [] });
    expect((await look()).wrong).toEqual([]);
    expect(await conversations.findOne({ _id: id(first) })).toMatchObject({
      name: 'Another name',
      admin_id: alice.id,
      participants: [alice.id, bob.id, carol.id].toSorted((a, b) => a - b),
    });
  });

  it('says why something has not gone out, and what is to be done about a schema that is old', async () => {
    const [group = ''] = groups;
    const at = new Date(Date.now() - 60_000);
    const lost = { id: 'begun:lost', type: 'group_invite.created', user_ids: [bob.id], at };
    const stuck = (await rows('messages').findOne(place(group, 1)))!;
    const nowhere = { ...stuck, _id: new mongo.ObjectId(), conversation_id: new mongo.ObjectId() };
    const entry = { id: `${nowhere._id.toHexString()}.message.created`, type: 'message.created', ev: 1, at };
    await rows('messages').insertOne({ ...nowhere, outbox: [entry] });
    await users.query(
      `INSERT INTO outbox (event_id, type, key, data, at) VALUES (gen_random_uuid(), 'no.such', '', '{}', $1)`,
      [at],
    );
    await users.query(`DELETE FROM migrations WHERE name = $1`, [LAST_MIGRATION]);
    await system.process('chat-1').stop();
    await system.process('chat-2').stop();
    await rows('conversations').updateOne({ _id: new mongo.ObjectId(group) }, { $set: { outbox: [lost] } });

    const { wrong, details, code } = await look('--repair');
    expect(code).toBe(1);
    const since = `waits since ${at.toISOString()}`;
    expect(wrong.filter((text) => /^(outbox|migrations|projection)/.test(text))).toEqual(
      [
        `migrations ${LAST_MIGRATION} pending`,
        `outbox ${entry.id} message.created ${since}`,
        `outbox ${lost.id} group_invite.created ${since}`,
        `projection ${nowhere.conversation_id.toHexString()} there are messages, and no document of the conversation`,
      ].toSorted(),
    );
    expect(wrong.filter((text) => text.endsWith(`no.such ${since}`))).toHaveLength(1);
    expect(details).toMatchObject({
      [`migrations ${LAST_MIGRATION} pending`]: 'npm run migration:run',
      [`outbox ${entry.id} message.created ${since}`]: 'its conversation does not exist: nobody can be told',
      [`outbox ${lost.id} group_invite.created ${since}`]: expect.stringContaining(
        'chat-service does not answer at',
      ),
    });
  });

  it('says that it could not look when a store is away', async () => {
    const stores = { ...system.stores, POSTGRES_URL: 'postgres://u:p@127.0.0.1:1/chat' };
    const { code, unseen, looked } = await doctor(stores, {});
    expect(code).toBe(2);
    expect(unseen).toEqual([{ name: 'postgres', reason: '127.0.0.1:1/chat: ECONNREFUSED' }]);
    expect(looked).toMatchObject({ migrations: null, sessions: null });
    expect(looked['sequence']).toBeGreaterThan(0);
  });
});

const numbersOf = (message: Record<string, unknown>) => message['evs'] as number[];
