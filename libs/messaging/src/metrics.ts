import { Counter, Gauge } from 'prom-client';

export const published = new Counter({
  name: 'bus_published_total',
  help: 'Publications that ended, by outcome: confirmed, returned (no queue wanted it) or failed.',
  labelNames: ['outcome'],
});

export const consumed = new Counter({
  name: 'bus_consumed_total',
  help: 'Deliveries that ended, by event and outcome: handled, retried or dead (sent to the dead-letter queue).',
  labelNames: ['event', 'outcome'],
});

export const queueDepth = new Gauge({
  name: 'bus_queue_depth',
  help: 'Events that wait in a queue of this service, without those being handled.',
  labelNames: ['queue'],
});

export const rebuilds = new Counter({
  name: 'bus_rebuilds_total',
  help: 'Connections to the broker that were given up and built anew.',
  labelNames: ['connection'],
});

export const outboxPublished = new Counter({
  name: 'outbox_published_total',
  help: 'Outbox entries confirmed by the broker, at once (fast) or by the sweeper (sweep).',
  labelNames: ['path'],
});

export const outboxAge = new Gauge({
  name: 'outbox_pending_age_seconds',
  help: 'Age of the oldest outbox entry that the sweeper met; 0 when there was none.',
});

export const clusterDropped = new Counter({
  name: 'cluster_bus_dropped_total',
  help: 'Messages between instances that were dropped because the broker was away or slow.',
});
