import { drainNotifications } from './backlog.mjs';
import { generate } from './generator.mjs';
import { median } from './median.mjs';
import { totalOf } from './scrape.mjs';

const ROUNDS = 3;

/**
 * The same load with the notification service running and with it stopped (SIGSTOP), in turns, so that what else the
 * machine does meets both alike. Each round begins when all that was said before has been notified. Counts as well what
 * the notifications cost: events for each message, and notifications for each write to the store.
 */
export async function runBesideConsumer(place, job, notificationsPerMessage) {
  const { database, metrics } = place;
  const before = { messages: await database.messages(), notifications: await database.notifications() };
  const counters = await readCounters(metrics);
  const rounds = { without: [], with: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of round % 2 === 0 ? ['without', 'with'] : ['with', 'without']) {
      const consumers = Object.entries(place.processes).filter(([name]) => name.startsWith('notification'));
      const signal = (name) => consumers.forEach(([, pid]) => process.kill(pid, name));
      if (kind === 'without') signal('SIGSTOP');
      try {
        rounds[kind].push(await generate(job, place.processes));
      } finally {
        if (kind === 'without') signal('SIGCONT');
      }
      const expected = ((await database.messages()) - before.messages) * notificationsPerMessage;
      await drainNotifications(database, before.notifications, expected);
    }
  }
  return summary(rounds, await drained(database, before, notificationsPerMessage), {
    before: counters,
    after: await readCounters(metrics),
  });
}

async function drained(database, before, notificationsPerMessage) {
  const messages = (await database.messages()) - before.messages;
  const notifications = (await database.notifications()) - before.notifications;
  return { messages, notifications, expected: messages * notificationsPerMessage };
}

async function readCounters({ chat, notification }) {
  const [published, stored, writes] = await Promise.all([
    totalOf(chat, 'bus_published_total'),
    totalOf(notification, 'notification_batch_size_sum'),
    totalOf(notification, 'notification_batch_size_count'),
  ]);
  return { published, stored, writes };
}

function summary(rounds, counts, { before, after }) {
  const all = [...rounds.without, ...rounds.with];
  const sum = (name) => all.reduce((total, result) => total + result[name], 0);
  const rates = (kind) => rounds[kind].map(({ sendsPerSecond }) => sendsPerSecond);
  return {
    consumer: {
      without: rates('without'),
      with: rates('with'),
      ratio: median(rates('with')) / median(rates('without')),
      ackMs: {
        without: rounds.without.map(({ ackMs }) => ackMs),
        with: rounds.with.map(({ ackMs }) => ackMs),
      },
      ...counts,
      eventsPerMessage: (after.published - before.published) / counts.messages,
      notificationsPerWrite: (after.stored - before.stored) / (after.writes - before.writes),
    },
    ...Object.fromEntries(
      ['delivered', 'doubled', 'outOfOrder', 'refused', 'unanswered', 'disconnected'].map((name) => [
        name,
        sum(name),
      ]),
    ),
    lost: sum('lost') + Math.max(0, sum('acked') - counts.messages),
    cores: rounds.with.at(-1).cores,
  };
}
