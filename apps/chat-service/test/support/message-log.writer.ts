import { mongo } from 'mongoose';
import { MessageLog } from '../../src/log/message-log';

/** What the test tells a writer process to do: each sender pipelines its messages, edits some, reports every answer. */
export interface WriterTask {
  uri: string;
  database: string;
  conversationIds: string[];
  senders: { id: number; from: number; to: number }[];
  /** Sends that one sender has in flight. */
  window: number;
  /** Every n-th message of a sender is edited after its answer; 0: none. */
  editEvery: number;
}

export type WriterReport =
  | {
      kind: 'sent';
      clientId: string;
      messageId: string;
      seq: number;
      duplicate: boolean;
      conversationId: string;
    }
  | { kind: 'edited'; messageId: string; ev: number }
  | { kind: 'disorder'; conversationId: string; before: number; ev: number }
  | { kind: 'failed'; clientId: string; reason: string }
  | { kind: 'done'; flushes: number; lostRaces: number };

/** The n-th message of a sender has the same clientId whichever process sends it. */
export function clientIdOf(senderId: number, n: number): string {
  return `${senderId}-${n}`;
}

async function write(task: WriterTask, report: (report: WriterReport) => void): Promise<void> {
  const client = await mongo.MongoClient.connect(task.uri);
  const log = new MessageLog(client.db(task.database));
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

process.once('message', (task: WriterTask) => {
  void write(task, (report) => process.send?.(report)).then(() => process.disconnect());
});
