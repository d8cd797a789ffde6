import { Counter, Gauge, Histogram } from 'prom-client';
import type { MessageLog } from './message-log';

const created = new Counter({ name: 'chat_messages_created_total', help: 'Messages stored durably.' });

/** From the arrival of a send to its durable confirmation. */
export const sendDuration = new Histogram({
  name: 'chat_send_duration_seconds',
  help: 'Time from a send to its durable confirmation.',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
});

/** Those of this process: one, and in tests more. */
const measured: MessageLog[] = [];

new Gauge({
  name: 'chat_log_operations',
  help: 'What the message log has done since its start.',
  labelNames: ['kind'],
  collect() {
    this.reset();
    for (const { counters } of measured)
      for (const [kind, value] of Object.entries<number>({ ...counters })) this.inc({ kind }, value);
  },
});
new Gauge({
  name: 'chat_log_waiting',
  help: 'Senders that wait for the store right now.',
  collect() {
    this.set(measured.reduce((sum, { waiting }) => sum + waiting, 0));
  },
});

/** The log counts for itself; Prometheus reads the figures when it asks. */
export function measureLog(log: MessageLog): void {
  measured.push(log);
  log.onCommitted((change) => {
    if (change.kind === 'append' && change.message.type !== 'system') created.inc();
  });
}
