import { mongo } from 'mongoose';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UnavailableError, UnknownOutcomeError } from '../src/log/errors';
import { MessageLog } from '../src/log/message-log';
import type { AppendResult } from '../src/log/stored-message';
import { checkHistory } from './support/message-log.history';
import { type MongodbServer, startMongodb } from './support/mongodb';

let server: MongodbServer;
let client: mongo.MongoClient;
let log: MessageLog;
let conversation: mongo.ObjectId;

beforeAll(async () => {
  server = await startMongodb();
  client = await mongo.MongoClient.connect(server.uri, {
    serverSelectionTimeoutMS: 3_000,
    connectTimeoutMS: 3_000,
    socketTimeoutMS: 5_000,
  });
  await new MessageLog(client.db('chat')).ensureIndexes();
});

afterAll(async () => {
  await client.close();
  await server.stop();
});

beforeEach(() => {
  log = new MessageLog(client.db('chat'));
  conversation = new mongo.ObjectId();
});

function send(n: number): Promise<AppendResult> {
  const conversationId = conversation.toHexString();
  return log.append({
    conversationId,
    senderId: 1,
    clientId: `c-${n}`,
    content: String(n),
    type: 'text',
    attachments: [],
  });
}

/** Sends again, in order, until the store answers; a retry of a client. */
async function sendUntilStored(n: number): Promise<AppendResult> {
  for (;;) {
    try {
      return await send(n);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
  }
}

it('answers every send within five seconds while the store is stopped, and the retries double nothing', async () => {
  const acked = await Promise.all(Array.from({ length: 20 }, (_, index) => send(index + 1)));
  server.process.kill('SIGSTOP');
  const startedAt = performance.now();
  const waits: number[] = [];
  const stopped = await Promise.allSettled(
    Array.from({ length: 700 }, (_, index) =>
      send(index + 21).finally(() => waits.push(performance.now() - startedAt)),
    ),
  );
  expect(Math.max(...waits)).toBeLessThan(5_000);
  const errors = stopped.map((result) =>
    result.status === 'rejected' ? (result.reason as unknown) : undefined,
  );
  expect(errors.every((error) => error instanceof UnavailableError)).toBe(true);
  expect(errors.some((error) => error instanceof UnknownOutcomeError)).toBe(true);

  // What is still on its way to the store lands while the client repeats.
  server.process.kill('SIGCONT');
  const retried: AppendResult[] = [];
  for (let n = 21; n <= 720; n++) retried.push(await sendUntilStored(n));
  const history = await checkHistory(log.messages, conversation);
  expect(history.map(({ _id }) => _id)).toEqual([...acked, ...retried].map(({ message }) => message._id));
});

it('keeps every acknowledged message when the store is killed, and goes on when it is back', async () => {
  const acked: AppendResult[] = [];
  let next = 1;
  const sending = (async () => {
    for (; next <= 1_500; next++) {
      acked.push(await sendUntilStored(next));
      if (next === 500) server.process.kill('SIGKILL');
    }
  })();
  while (next < 500) await turn();
  await server.process.exited();
  await server.process.restart();
  await sending;
  const history = await checkHistory(log.messages, conversation);
  expect(history.map(({ _id }) => _id)).toEqual(acked.map(({ message }) => message._id));
}, 60_000);
