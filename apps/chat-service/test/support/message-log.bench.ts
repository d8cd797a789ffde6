import { readFile } from 'node:fs/promises';
import { mongo } from 'mongoose';
import { MessageLog } from '../../src/log/message-log';
import { startMongodb } from './mongodb';
import { WriterProcess } from './writer-process';

// node apps/chat-service/test/support/run-typescript.mjs apps/chat-service/test/support/message-log.bench.ts
// Sends acknowledged per second, closed loop, on a server of its own (or MONGODB_URI). Every run is checked for holes.

const measureMs = 4_000;
const scenarios = [
  { name: 'one conversation, one process', processes: 1, conversations: 1, inFlight: 500 },
  { name: 'one conversation, three processes', processes: 3, conversations: 1, inFlight: 250 },
  { name: '50 conversations, one process', processes: 1, conversations: 50, inFlight: 800 },
  { name: '50 conversations, three processes', processes: 3, conversations: 50, inFlight: 270 },
  { name: 'one conversation, one process, one at a time', processes: 1, conversations: 1, inFlight: 1 },
];

async function main(): Promise<void> {
  const server = process.env['MONGODB_URI'] ? undefined : await startMongodb();
  const uri = process.env['MONGODB_URI'] ?? server?.uri ?? '';
  const client = await mongo.MongoClient.connect(uri);
  const databases: string[] = [];
  const only = process.argv[3];
  for (const { name, processes, conversations, inFlight } of scenarios) {
    if (only !== undefined && !name.includes(only)) continue;
    const database = `message_log_bench_${new mongo.ObjectId().toHexString()}`;
    const log = new MessageLog(client.db(database));
    await log.ensureIndexes();
    const ids = Array.from({ length: conversations }, () => new mongo.ObjectId());
    const conversationIds = ids.map((id) => id.toHexString());
    const task = { uri, database, conversationIds, inFlight, warmUpMs: 1_500, measureMs };
    const busyBefore = server ? await cpuSeconds(server.process.pid) : 0;
    const writers = Array.from({ length: processes }, () => new WriterProcess(task));
    await Promise.all(writers.map((writer) => writer.exited()));
    const stored = await log.messages.estimatedDocumentCount();
    const busy = server ? (await cpuSeconds(server.process.pid)) - busyBefore : 0;
    const measured = writers.flatMap((writer) => writer.of('measured'));
    const sum = (field: 'sent' | 'failed' | 'flushes' | 'lostRaces' | 'cpu'): number =>
      measured.reduce((total, report) => total + report[field], 0);
    const slowest = (field: 'p50' | 'p99'): string =>
      Math.max(...measured.map((report) => report[field])).toFixed(1);
    const rate = Math.round(sum('sent') / (measureMs / 1_000));
    const retries = (sum('lostRaces') / sum('flushes')).toFixed(2);
    const holes = await countHoles(log, ids);
    process.stdout.write(
      `${name}: ${rate}/s, p50 ${slowest('p50')} ms, p99 ${slowest('p99')} ms, ` +
        `CPU µs per message: writers ${((sum('cpu') * 1e6) / rate).toFixed(0)}, server ${((busy * 1e6) / stored).toFixed(0)}, ` +
        `${retries} lost races per flush, ${sum('failed')} failed, ${holes} holes or doubles\n`,
    );
    // Dropped while the next one runs, a database would disturb it.
    databases.push(database);
  }
  for (const database of databases) await client.db(database).dropDatabase();
  await client.close();
  await server?.stop();
}

/** Linux only; elsewhere the figure is 0. */
async function cpuSeconds(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid ?? 0}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat.split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? [];
  return ((user ?? 0) + (system ?? 0)) / 100;
}

async function countHoles(log: MessageLog, ids: readonly mongo.ObjectId[]): Promise<number> {
  let holes = 0;
  for (const conversation_id of ids) {
    let seq = 0;
    for await (const message of log.messages.find(
      { conversation_id },
      { projection: { seq: 1 }, sort: { seq: 1 } },
    )) {
      if (message.seq !== ++seq) holes++;
    }
  }
  return holes;
}

void main();
