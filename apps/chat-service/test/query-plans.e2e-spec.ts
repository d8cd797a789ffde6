import { createConnection, mongo, type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConversationRepository } from '../src/conversations/conversation.repository';
import { MessageLog } from '../src/log/message-log';
import { MessageReader } from '../src/log/message-reader';
import { OutboxEntries } from '../src/log/outbox-entries';
import { UnreadReader } from '../src/log/unread-reader';
import { ReceiptRepository } from '../src/receipts/receipt.repository';
import { freshDatabase } from './support/chat-service';

const MESSAGES = 1_000;
const SENDERS = 4;
const DELETED_EACH = 25;
const AT = new Date('2026-01-01T00:00:00.000Z');
const ids = Array.from({ length: 8 }, () => new mongo.ObjectId().toHexString());
const [id, other] = ids as [string, string];

/** What the store says of one command that it has executed. */
interface Profile {
  op: string;
  ns: string;
  planSummary?: string;
  keysExamined?: number;
  docsExamined?: number;
  hasSortStage?: boolean;
}

let connection: Connection;
let db: mongo.Db;
let messages: MessageReader;
let unread: UnreadReader;
let outbox: OutboxEntries;
let receipts: ReceiptRepository;
let conversations: ConversationRepository;
let messageIds: string[];

beforeAll(async () => {
  connection = await createConnection(freshDatabase(), { autoIndex: false }).asPromise();
  db = connection.db!;
  const log = new MessageLog(db);
  await log.ensureIndexes();
  receipts = new ReceiptRepository(connection);
  await receipts.onModuleInit();
  conversations = new ConversationRepository(connection);
  await conversations.onModuleInit();
  await db
    .collection('conversations')
    .insertMany(ids.map((each) => ({ _id: new mongo.ObjectId(each), last_ev: MESSAGES, changed_at: AT })));
  messages = new MessageReader(log);
  unread = new UnreadReader(log);
  outbox = new OutboxEntries(log);
  for (const conversationId of ids) await log.messages.insertMany(historyOf(conversationId));
  const found = await log.messages
    .find({ conversation_id: new mongo.ObjectId(id) })
    .sort({ seq: 1 })
    .toArray();
  messageIds = found.map(({ _id }) => _id.toHexString());
  for (const conversationId of ids)
    for (let userId = 1; userId <= 20; userId++)
      await receipts.read(conversationId, userId, { seq: userId * 40, told: userId * 40 }, AT);
  await db.command({ profile: 2 });
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

/** As the log would have written it; ten messages of each millisecond. */
const historyOf = (conversationId: string) =>
  Array.from({ length: MESSAGES }, (_, index) => {
    const seq = index + 1;
    const at = new Date(AT.getTime() + Math.floor(index / 10));
    return {
      _id: new mongo.ObjectId(),
      conversation_id: new mongo.ObjectId(conversationId),
      seq,
      ev: seq,
      evs: [seq],
      head_seq: seq,
      told: seq,
      head_told: seq,
      control_ev: 0,
      sender_id: 1 + (seq % SENDERS),
      clientId: `${seq}`,
      content: 'something',
      type: 'text',
      attachments: [],
      created_at: at,
      updated_at: at,
      ...(seq % DELETED_EACH === 0 && { deleted_at: at }),
      outbox: [{ id: `${seq}`, type: 'message.created', ev: seq, at }],
    };
  });

/** The commands that the store has executed for a call. */
async function profilesOf(call: () => Promise<unknown>): Promise<Profile[]> {
  const profile = db.collection<Profile & { ts: Date }>('system.profile');
  const own = {
    ns: { $in: ['messages', 'receipts', 'conversations'].map((name) => `${db.databaseName}.${name}`) },
  };
  const before = await profile.countDocuments(own);
  await call();
  return profile.find(own).sort({ $natural: 1 }).skip(before).toArray();
}

const span = (conversationId: string, after: number, upTo = MESSAGES) => ({ conversationId, after, upTo });

/** What is called, and the most documents that it may look at: as many as it gives, and one or two to find the place. */
const cases: [name: string, docs: number, call: () => Promise<unknown>][] = [
  ['a message', 1, () => messages.findById(messageIds[500]!)],
  ['messages by id', 3, () => messages.listByIds(messageIds.slice(0, 3))],
  ['the newest page', 50, () => messages.page(id, 50, {})],
  ['a deep page', 50, () => messages.page(id, 50, { before: { seq: 60 } })],
  ['a page after a seq', 50, () => messages.page(id, 50, { after: { seq: 500 } })],
  ['a page before an id', 51, () => messages.page(id, 50, { before: { id: messageIds[500]! } })],
  ['a page after an id', 51, () => messages.page(id, 50, { after: { id: messageIds[500]! } })],
  ['a page before a date', 51, () => messages.page(id, 50, { before: { at: new Date(AT.getTime() + 50) } })],
  ['a page after a date', 51, () => messages.page(id, 50, { after: { at: new Date(AT.getTime() + 50) } })],
  ['a part of a history', 50, () => messages.range(id, 401, 450)],
  ['the place of a date', 1, () => messages.seqOf(id, { at: new Date(AT.getTime() + 50) })],
  ['the place of an id', 1, () => messages.seqOf(id, { id: messageIds[700]! })],
  ['the newest message', 1, () => messages.findNewest(id)],
  ['the newest up to a seq', 1, () => messages.findUpTo(id, 700)],
  ['the newest of others', 2, () => messages.findNewestOfOthers(id, 1 + (700 % SENDERS), 100, 700)],
  ['what has changed', 100, () => messages.listChangesAfter(id, 900, 100)],
  [
    'which have changed',
    2,
    () => messages.listChanged(ids.map((each, index) => ({ id: each, ev: index < 2 ? 900 : MESSAGES }))),
  ],
  [
    'changes of conversations',
    0,
    () => messages.listControlsAfterAll(ids.map((each) => ({ id: each, control: 0 }))),
  ],
  ['beginnings that wait to be told', 10, () => conversations.listUntold(0, 10, AT)],
  ['deleted ones whose files are to be looked at', 2, () => conversations.listDeletedWithFiles(2)],
  ['the files of messages', 100, () => messages.listFilesAfter(id, 400, 100)],
  ['own messages', 50, () => messages.listOwn(id, 2, 50)],
  ['what waits to be told', 100, () => outbox.listPending(0, 100)],
  ['what waits to be told since a time', 100, () => outbox.listPending(0, 100, new Date(AT.getTime() + 50))],
  ['the ends of conversations', ids.length, () => unread.heads(ids)],
  [
    'what told is at places',
    2,
    () =>
      unread.toldAt(
        [span(id, 5), span(other, 7)].map(({ conversationId, after }) => ({ conversationId, seq: after })),
      ),
  ],
  [
    'own messages after watermarks',
    0,
    () => unread.countOwn(ids.map((each) => ({ ...span(each, 10), userId: 2 }))),
  ],
  [
    'own messages of many after watermarks',
    0,
    () =>
      unread.countOwn(
        [1, 2, 3, 4, 99].flatMap((userId) => [id, other].map((each) => ({ ...span(each, 500), userId }))),
      ),
  ],
  [
    'deleted messages after watermarks',
    0,
    () =>
      unread.listDeleted(
        ids.map((each) => span(each, 10)),
        2_000,
      ),
  ],
  ['deleted messages of others', 0, () => unread.countDeleted({ ...span(id, 10), userId: 2 })],
  ['conversations that changed lately', 0, () => conversations.listChangedAfter(new Date(0), 100)],
  ['receipts of a conversation', 20, () => receipts.listOf(id)],
  ['receipts of a user', ids.length, () => receipts.listOwn(3, ids)],
  [
    'a user’s watermarks',
    ids.length,
    () => receipts.readBy(ids.map((conversationId) => ({ conversationId, userId: 3 }))),
  ],
  [
    'many users’ watermarks',
    20,
    () =>
      receipts.readBy(
        Array.from({ length: 10 }, (_, index) =>
          [id, other].map((conversationId) => ({ conversationId, userId: index + 1 })),
        ).flat(),
      ),
  ],
  ['a watermark that moves', 2, () => receipts.read(id, 3, { seq: 990, told: 990 }, AT)],
  ['a watermark that does not move', 3, () => receipts.read(id, 4, { seq: 1, told: 1 }, AT)],
  ['what has been delivered', 1, () => receipts.delivered(id, 5, { seq: 999, told: 999 }, AT)],
];

describe('every query uses its index', () => {
  it.each(cases)('%s: looks at no more than %i documents, and sorts nothing', async (_name, docs, call) => {
    const profiles = await profilesOf(call);
    expect(profiles.length).toBeGreaterThan(0);
    const reads = profiles.filter(({ planSummary }) => planSummary !== undefined);
    for (const { planSummary, hasSortStage } of reads) {
      expect(planSummary).toMatch(/^(IXSCAN|COUNT_SCAN|IDHACK)/);
      expect(planSummary).not.toContain('COLLSCAN');
      expect(hasSortStage ?? false).toBe(false);
    }
    const examined = profiles.reduce((sum, { docsExamined = 0 }) => sum + docsExamined, 0);
    expect(examined).toBeLessThanOrEqual(docs);
  });

  it('what waits to be told comes in the order in which it was said', async () => {
    const pending = await outbox.listPending(0, ids.length * 20);
    const order = pending.map(({ created_at }) => created_at.getTime());
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const said = pending.filter(({ conversation_id }) => conversation_id.equals(id)).map(({ seq }) => seq);
    expect(said).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const [later] = await outbox.listPending(0, 1, new Date(AT.getTime() + 2));
    expect(later?.seq).toBe(21);
  });

  it('would notice one that does not', async () => {
    const [profile] = await profilesOf(() =>
      db.collection('messages').find({ content: 'x' }).sort({ content: 1 }).toArray(),
    );
    expect(profile).toMatchObject({
      planSummary: 'COLLSCAN',
      docsExamined: ids.length * MESSAGES,
      hasSortStage: true,
    });
  });
});
