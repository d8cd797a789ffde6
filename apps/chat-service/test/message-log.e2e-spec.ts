import { mongo } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MessageNotFoundError, OverloadedError } from '../src/log/errors';
import { headOf } from '../src/log/head';
import { MessageLog } from '../src/log/message-log';
import type { CommittedChange, MessageDraft } from '../src/log/stored-message';
import { checkHistory } from './support/message-log.history';
import { type MongodbServer, startMongodb } from './support/mongodb';

let server: MongodbServer | undefined;
let client: mongo.MongoClient;
let db: mongo.Db;
let log: MessageLog;
let conversationId: string;

beforeAll(async () => {
  const uri = process.env['MONGODB_URI'] ?? (server = await startMongodb()).uri;
  client = await mongo.MongoClient.connect(uri);
  db = client.db(`message_log_${new mongo.ObjectId().toHexString()}`);
  await new MessageLog(db).ensureIndexes();
});

afterAll(async () => {
  await db.dropDatabase();
  await client.close();
  await server?.stop();
});

beforeEach(() => {
  log = new MessageLog(db);
  conversationId = new mongo.ObjectId().toHexString();
});

function draft(n: number, more: Partial<MessageDraft> = {}): MessageDraft {
  return {
    conversationId,
    senderId: 1,
    clientId: `c-${n}`,
    content: String(n),
    type: 'text',
    attachments: [],
    ...more,
  };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('append', () => {
  it('numbers concurrent sends 1..n in the order of the calls', async () => {
    const results = await Promise.all(range(1, 1_200).map((n) => log.append(draft(n))));
    expect(results.map(({ message }) => message.seq)).toEqual(range(1, 1_200));
    expect(results.every(({ duplicate }) => !duplicate)).toBe(true);
    await checkHistory(log.messages, new mongo.ObjectId(conversationId));
  });

  it('answers a repeated clientId with the first message, also within one batch and among new sends', async () => {
    const [first, second] = await Promise.all([
      log.append(draft(1)),
      log.append(draft(1, { content: 'other' })),
    ]);
    expect([first.duplicate, second.duplicate]).toEqual([false, true]);
    const other = new MessageLog(db);
    const results = await Promise.all([2, 1, 3, 1, 4].map((n) => other.append(draft(n))));
    expect(results.map(({ duplicate }) => duplicate)).toEqual([false, true, false, true, false]);
    expect(results.map(({ message }) => message.seq)).toEqual([2, 1, 3, 1, 4]);
    expect(results[1]!.message._id).toEqual(first.message._id);
    expect(results[1]!.message.content).toBe('1');
    await checkHistory(log.messages, new mongo.ObjectId(conversationId));
  });

  it('stores one message when a clientId comes fifty times at once', async () => {
    const results = await Promise.all(
      range(1, 50).map((n) => log.append(draft(1, { content: `attempt ${n}` }))),
    );
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(results.map(({ message }) => message._id.toHexString())).size).toBe(1);
    expect(log.counters.flushes).toBe(1);
  });

  it('keeps clientIds of different senders and conversations apart', async () => {
    const elsewhere = new mongo.ObjectId().toHexString();
    const results = await Promise.all([
      log.append(draft(1)),
      log.append(draft(1, { senderId: 2 })),
      log.append(draft(1, { conversationId: elsewhere })),
    ]);
    expect(results.map(({ message, duplicate }) => [message.seq, duplicate])).toEqual([
      [1, false],
      [2, false],
      [1, false],
    ]);
  });

  it('lets the others of a batch through when one conversation loses its race', async () => {
    const ids = range(1, 20).map(() => new mongo.ObjectId().toHexString());
    const loser = ids[7]!;
    const oneLane = new MessageLog(db, { lanes: 1 });
    const sendAll = (n: number): Promise<unknown> =>
      Promise.all(
        ids.flatMap((id) => [n, n + 1].map((k) => oneLane.append(draft(k, { conversationId: id })))),
      );
    await sendAll(1);
    await log.append(draft(1, { conversationId: loser, senderId: 2 }));
    await sendAll(3);
    expect(oneLane.counters.lostRaces).toBe(1);
    for (const id of ids) {
      const history = await checkHistory(log.messages, new mongo.ObjectId(id));
      expect(history).toHaveLength(id === loser ? 5 : 4);
    }
  });

  it('stores what one turn brings to several conversations in one flush', async () => {
    const ids = range(1, 5).map(() => new mongo.ObjectId().toHexString());
    const oneLane = new MessageLog(db, { lanes: 1 });
    const sendAll = (n: number): Promise<unknown> =>
      Promise.all(ids.map((id) => oneLane.append(draft(n, { conversationId: id }))));
    await sendAll(1);
    // The lane comes to rest; what arrives next starts a round.
    await db.command({ ping: 1 });
    const { flushes } = oneLane.counters;
    await sendAll(2);
    expect(oneLane.counters.flushes - flushes).toBe(1);
  });

  it('loses no race when it is told what another process wrote', async () => {
    await log.append(draft(1));
    const { message } = await new MessageLog(db).append(draft(1, { senderId: 2 }));
    log.observe(conversationId, headOf(message));
    log.observe(conversationId, { ev: 1, seq: 1, told: 1, control: 0, at: 0 });
    expect((await log.append(draft(2))).message.seq).toBe(3);
    expect(log.counters.lostRaces).toBe(0);
  });

  it('refuses at once what exceeds the queue, and stores the rest', async () => {
    const small = new MessageLog(db, { maxWaiting: 5 });
    const results = await Promise.allSettled(range(1, 8).map((n) => small.append(draft(n))));
    expect(results.map(({ status }) => status)).toEqual([
      ...Array<string>(5).fill('fulfilled'),
      ...Array<string>(3).fill('rejected'),
    ]);
    expect((results[7] as PromiseRejectedResult).reason).toBeInstanceOf(OverloadedError);
    await checkHistory(log.messages, new mongo.ObjectId(conversationId));
  });

  it.each([
    ['conversationId', { conversationId: 'general' }],
    ['clientId', { clientId: '' }],
    ['senderId', { senderId: Number.NaN }],
  ])('names the field of a wrong draft: %s', async (field, wrong) => {
    await expect(log.append(draft(1, wrong))).rejects.toMatchObject({ name: 'InvalidDraftError', field });
  });

  it('drain answers everything that was accepted and refuses what comes later', async () => {
    const accepted = range(1, 50).map((n) => log.append(draft(n)));
    const drained = log.drain();
    await expect(log.append(draft(51))).rejects.toBeInstanceOf(OverloadedError);
    await drained;
    expect(log.waiting).toBe(0);
    expect(await Promise.all(accepted)).toHaveLength(50);
  });
});

describe('change', () => {
  it('takes the next change number and leaves the message numbers alone', async () => {
    const { message } = await log.append(draft(1, { outbox: ['message.created'] }));
    await log.append(draft(2));
    const edit = await log.change(
      message._id.toHexString(),
      conversationId,
      (_, at) => ({ content: '1 new', edited_at: at }),
      { outbox: ['message.updated'] },
    );
    expect(edit.message).toMatchObject({ seq: 1, ev: 3, head_seq: 2, content: '1 new' });
    expect(edit.message.outbox).toMatchObject([{ type: 'message.updated', ev: 3 }]);
    expect((await log.append(draft(3))).message).toMatchObject({ seq: 3, ev: 4 });
    expect(await log.last(conversationId)).toMatchObject({ seq: 3, ev: 4 });
    const [first] = await checkHistory(log.messages, new mongo.ObjectId(conversationId));
    expect(first!.outbox!.map(({ type, ev }) => [type, ev])).toEqual([
      ['message.created', 1],
      ['message.updated', 3],
    ]);
  });

  it('takes no number when it is refused, finds nothing, or has nothing to do', async () => {
    const { message } = await log.append(draft(1));
    const id = message._id.toHexString();
    const refusal = new Error('not yours');
    await expect(
      log.change(id, conversationId, () => {
        throw refusal;
      }),
    ).rejects.toBe(refusal);
    expect(await log.change(id, conversationId, () => null)).toMatchObject({ changed: false });
    const unknown = new mongo.ObjectId().toHexString();
    await expect(log.change(unknown, conversationId, () => ({}))).rejects.toBeInstanceOf(
      MessageNotFoundError,
    );
    const elsewhere = new mongo.ObjectId().toHexString();
    await expect(log.change(id, elsewhere, () => ({}))).rejects.toBeInstanceOf(MessageNotFoundError);
    expect((await log.append(draft(2))).message.ev).toBe(2);
  });

  it('loses no edit when several logs change one message', async () => {
    const { message } = await log.append(draft(1));
    // What is shown is that none gets lost; how long four rivals for one message take, depends on the machine.
    const logs = range(1, 4).map(() => new MessageLog(db, { deadlineMs: 30_000 }));
    await Promise.all(
      range(1, 240).map((n) =>
        logs[n % 4]!.change(message._id.toHexString(), conversationId, ({ content }) => ({
          content: `${content} ${n}`,
        })),
      ),
    );
    const [stored] = await checkHistory(log.messages, new mongo.ObjectId(conversationId));
    expect(
      stored!.content
        .split(' ')
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([1, ...range(1, 240)]);
    expect(stored!.ev).toBe(241);
  });

  it('never takes a number again that a later edit has left', async () => {
    const { message } = await log.append(draft(1));
    const other = new MessageLog(db);
    for (const n of range(1, 2)) {
      await other.change(message._id.toHexString(), conversationId, () => ({ content: `1 v${n}` }));
    }
    // This log still believes that change 1 was the last one, and no document shows 2 as its ev any more.
    expect((await log.append(draft(2))).message).toMatchObject({ seq: 2, ev: 4 });
    await checkHistory(log.messages, new mongo.ObjectId(conversationId));
  });
});

it('tells listeners every change in order, before the caller knows, and survives their errors', async () => {
  const errors: unknown[] = [];
  const told: CommittedChange[] = [];
  log = new MessageLog(db, {}, (error) => errors.push(error));
  log.onCommitted((change) => {
    told.push(change);
    if (change.message.content === '2') throw new Error('listener');
  });
  const sends = range(1, 30).map(async (n) => {
    const { message } = await log.append(draft(n));
    expect(told.some((change) => change.message === message)).toBe(true);
    if (n % 10 === 0) {
      await log.change(message._id.toHexString(), conversationId, () => ({ content: `${n} edited` }));
    }
  });
  await Promise.all(sends);
  expect(told.map(({ message, kind }) => (kind === 'append' ? message.seq : 0)).filter(Boolean)).toEqual(
    range(1, 30),
  );
  expect(told.map(({ message }) => message.ev)).toEqual(range(1, 33));
  expect(errors).toHaveLength(1);
});
