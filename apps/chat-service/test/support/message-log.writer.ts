import { mongo } from 'mongoose';
import { MessageLog } from '../../src/log/message-log';
import { type BenchTask, type WriterReport, type WriterTask, clientIdOf } from './writer-task';

// Runs as a process of its own: it gets one task over IPC, does it, reports every answer and ends.

async function write(task: WriterTask, report: (report: WriterReport) => void): Promise<void> {
  const client = await mongo.MongoClient.connect(task.uri);
  // Patient: the test is about what is stored, on a machine that may be busy with other things.
  const log = new MessageLog(client.db(task.database), { deadlineMs: 30_000 });
  const lastEv = new Map<string, number>();
  log.onCommitted(({ conversationId, message }) => {
    const before = lastEv.get(conversationId) ?? 0;
    if (message.ev <= before) report({ kind: 'disorder', conversationId, before, ev: message.ev });
    lastEv.set(conversationId, message.ev);
  });

  const sendOne = async (conversationId: string, senderId: number, n: number): Promise<void> => {
    const clientId = clientIdOf(senderId, n);
    try {
      const { message, duplicate } = await log.append({
        conversationId,
        senderId,
        clientId,
        content: String(n),
        type: 'text',
        attachments: [],
        outbox: ['message.created'],
      });
      const messageId = message._id.toHexString();
      report({ kind: 'sent', clientId, messageId, seq: message.seq, duplicate, conversationId });
      if (task.editEvery > 0 && n % task.editEvery === 0 && !duplicate) {
        const edit = await log.change(messageId, conversationId, ({ content }, at) => ({
          content: `${content} edited`,
          edited_at: at,
        }));
        report({ kind: 'edited', messageId, ev: edit.message.ev });
      }
    } catch (error) {
      report({ kind: 'failed', clientId, reason: String(error) });
    }
  };

  await Promise.all(
    task.senders.map(async ({ id, from, to }) => {
      const inFlight = new Set<Promise<void>>();
      for (let n = from; n <= to; n++) {
        for (const conversationId of task.conversationIds) {
          const sending = sendOne(conversationId, id, n).finally(() => inFlight.delete(sending));
          inFlight.add(sending);
        }
        if (inFlight.size >= task.window) await Promise.race(inFlight);
      }
      await Promise.all(inFlight);
    }),
  );
  await log.drain();
  report({ kind: 'done', flushes: log.counters.flushes, lostRaces: log.counters.lostRaces });
  await client.close();
}

/** A closed loop: every sender waits for its answer before it sends again. */
async function measure(task: BenchTask, report: (report: WriterReport) => void): Promise<void> {
  const client = await mongo.MongoClient.connect(task.uri);
  const log = new MessageLog(client.db(task.database));
  const start = performance.now() + task.warmUpMs;
  const end = start + task.measureMs;
  const times: number[] = [];
  let cpu = process.cpuUsage();
  const warm = setTimeout(() => (cpu = process.cpuUsage()), task.warmUpMs);
  let n = 0;
  let failed = 0;
  const loop = async (senderId: number): Promise<void> => {
    const conversationId = task.conversationIds[senderId % task.conversationIds.length] ?? '';
    for (let sentAt = performance.now(); sentAt < end;) {
      const clientId = `${process.pid}-${++n}`;
      const content = `message ${n} of a conversation among friends`;
      const draft = { conversationId, senderId, clientId, content, type: 'text', attachments: [], outbox };
      await log.append(draft).catch(() => failed++);
      const now = performance.now();
      if (sentAt >= start && now < end) times.push(now - sentAt);
      sentAt = now;
    }
  };
  await Promise.all(Array.from({ length: task.inFlight }, (_, index) => loop(process.pid * 10_000 + index)));
  clearTimeout(warm);
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const { flushes, lostRaces } = log.counters;
  const quantile = (q: number): number => times[Math.floor(times.length * q)] ?? 0;
  report({
    kind: 'measured',
    sent: times.length,
    failed,
    p50: quantile(0.5),
    p99: quantile(0.99),
    cpu: (user + system) / 1_000 / task.measureMs,
    flushes,
    lostRaces,
  });
  await client.close();
}

const outbox = ['message.created'];

process.once('message', (task: WriterTask | BenchTask) => {
  const report = (report: WriterReport): unknown => process.send?.(report);
  const work = 'measureMs' in task ? measure(task, report) : write(task, report);
  void work.then(() => process.disconnect());
});
