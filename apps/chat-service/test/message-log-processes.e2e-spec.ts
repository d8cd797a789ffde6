import { mongo } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MessageLog } from '../src/log/message-log';
import type { StoredMessage } from '../src/log/stored-message';
import { checkHistory } from './support/message-log.history';
import { type MongodbServer, startMongodb } from './support/mongodb';
import { WriterProcess } from './support/writer-process';
import { type WriterTask, clientIdOf } from './support/writer-task';

let server: MongodbServer | undefined;
let client: mongo.MongoClient;
let messages: mongo.Collection<StoredMessage>;
let task: WriterTask;

beforeAll(async () => {
  const uri = process.env['MONGODB_URI'] ?? (server = await startMongodb()).uri;
  client = await mongo.MongoClient.connect(uri);
  const database = `message_log_${new mongo.ObjectId().toHexString()}`;
  const log = new MessageLog(client.db(database));
  await log.ensureIndexes();
  messages = log.messages;
  task = { uri, database, conversationIds: [], senders: [], window: 16, editEvery: 10 };
});

afterAll(async () => {
  await client.db(task.database).dropDatabase();
  await client.close();
  await server?.stop();
});

/** Three processes, ten senders each; the second is killed in the middle, a fourth repeats what it left unanswered. */
async function compete(conversationIds: string[], sent: number): Promise<WriterProcess[]> {
  const senders = (process: number): WriterTask['senders'] =>
    Array.from({ length: 10 }, (_, index) => ({ id: process * 100 + index, from: 1, to: sent }));
  const writers = [1, 2, 3].map((n) => new WriterProcess({ ...task, conversationIds, senders: senders(n) }));
  const victim = writers[1]!;
  await victim.answered(sent * 3 * conversationIds.length);
  victim.kill();
  await victim.exited();
  const answered = new Set(victim.of('sent').map((report) => `${report.conversationId}:${report.clientId}`));
  const rest = senders(2).map(({ id }) => {
    let from = 1;
    while (conversationIds.every((conversation) => answered.has(`${conversation}:${clientIdOf(id, from)}`)))
      from++;
    return { id, from, to: sent };
  });
  expect(rest.some(({ from }) => from <= sent)).toBe(true);
  const successor = new WriterProcess({ ...task, conversationIds, senders: rest });
  writers.push(successor);
  await Promise.all(writers.map((writer) => writer.exited()));
  return writers;
}

it.each([
  ['one conversation', 1, 400],
  ['five conversations', 5, 120],
])(
  'three processes and a kill -9 leave %s whole',
  async (_, count, sent) => {
    const conversations = Array.from({ length: count }, () => new mongo.ObjectId());
    const writers = await compete(
      conversations.map((id) => id.toHexString()),
      sent,
    );
    expect(writers.flatMap((writer) => [...writer.of('failed'), ...writer.of('disorder')])).toEqual([]);
    expect(writers.filter((writer) => writer.of('done').length === 1)).toHaveLength(3);
    // The contest was real: somebody lost a race.
    expect(writers.flatMap((writer) => writer.of('done')).some(({ lostRaces }) => lostRaces > 0)).toBe(true);

    const stored = new Map<string, StoredMessage>();
    for (const id of conversations) {
      const history = await checkHistory(messages, id);
      expect(history).toHaveLength(30 * sent);
      for (const message of history) stored.set(message._id.toHexString(), message);
    }
    for (const writer of writers) {
      for (const { messageId, clientId, seq } of writer.of('sent')) {
        expect(stored.get(messageId)).toMatchObject({ clientId, seq });
      }
      for (const { messageId, ev } of writer.of('edited')) {
        expect(stored.get(messageId)?.evs).toContain(ev);
        expect(stored.get(messageId)?.content).toMatch(/^\d+ edited$/);
      }
    }
    for (const message of stored.values())
      expect(message.outbox).toMatchObject([{ type: 'message.created' }]);
  },
  120_000,
);
