import os from 'node:os';

const whole = (value) => Math.round(value).toLocaleString('en-US');
const ms = (value) => (value < 10 ? value.toFixed(1) : Math.round(value).toString());
const ratio = (value, yardstick) => (yardstick ? `${(value / yardstick).toFixed(2)} ×` : '–');

/** What is compared with the yardstick, per kind of result. */
const headline = (result) =>
  result.connectsPerSecond ??
  result.requestsPerSecond ??
  result.deliveriesPerSecond ??
  result.offeredPerSecond ??
  null;

/** One workload as lines of text. @param {{ title: string, results: Record<string, object> }} entry */
export function describe({ title, results }) {
  const base = results.yardstick ?? results.direct;
  const lines = Object.entries(results).flatMap(([place, result]) => [
    `  ${NAMES[place].padEnd(20)}${figures(result)}${place === 'yardstick' ? '' : `  ${comparison(result, base)}`}`,
    ...details(result).map((line) => `  ${' '.repeat(20)}${line}`),
  ]);
  return [title, ...lines, ''].join('\n');
}

const NAMES = { yardstick: 'bare Socket.IO', gateway: 'through the gateway', direct: 'direct' };

function figures(result) {
  if (result.searches)
    return `${whole(result.messages)} messages, indexed at ${whole(result.indexedPerSecond)}/s, index ${whole(result.indexMb)} MB`;
  if (result.connectsPerSecond) {
    const memory = Object.entries(result.kbPerSocket).map(([name, kb]) => `${name} ${kb.toFixed(1)} kB`);
    return `${whole(result.connectsPerSecond)} connects/s   per socket: ${memory.join(', ')}`;
  }
  if (result.requestsPerSecond) {
    return `${whole(result.requestsPerSecond)} requests/s   p50 ${ms(result.latencyMs.p50)} ms, p99 ${ms(result.latencyMs.p99)} ms`;
  }
  const ack = result.ackMs
    ? `   ack p50 ${ms(result.ackMs.p50)} ms, p99 ${ms(result.ackMs.p99)} ms`
    : '   no ack';
  if (result.consumer) return consumerFigures(result.consumer);
  if (result.hot) return 'milliseconds until the ack, without and with the loud one';
  if (result.offeredPerSecond) return `${whole(result.offeredPerSecond)} sends/s offered${ack}`;
  return `${whole(result.sendsPerSecond)} sends/s   ${whole(result.deliveriesPerSecond)} deliveries/s${ack}`;
}

function consumerFigures({ without, with: beside, ratio: share, ackMs }) {
  const tails = (list) => list.map(({ p99 }) => ms(p99)).join(', ');
  return (
    `sends/s without ${without.map(whole).join(', ')}, with ${beside.map(whole).join(', ')}: ${share.toFixed(2)} × by the medians   ` +
    `ack p99 ${tails(ackMs.without)} and ${tails(ackMs.with)} ms`
  );
}

const comparison = (result, base) =>
  base && base !== result && !result.offeredPerSecond && !result.searches
    ? `(${ratio(headline(result), headline(base))})`
    : '';

function details(result) {
  const lines = [];
  if (result.delivered !== undefined) {
    const { lost, doubled, outOfOrder, refused, unanswered, disconnected } = result;
    lines.push(
      `${whole(result.delivered)} delivered: ${lost} lost, ${doubled} doubled, ${outOfOrder} out of order; ` +
        `${refused} refused, ${unanswered} unanswered, ${disconnected} disconnected`,
    );
  }
  for (const complaint of [result.firstRefusal, result.firstDisconnect, result.firstFailure]) {
    if (complaint) lines.push(`first complaint: ${complaint.slice(0, 200)}`);
  }
  for (const [who, { alone, beside }] of Object.entries(result.hot ?? {}))
    lines.push(
      `${who}: p50 ${ms(alone.p50)} and ${ms(beside.p50)} ms, p99 ${ms(alone.p99)} and ${ms(beside.p99)} ms (${ratio(beside.p99, alone.p99)})`,
    );
  for (const [who, queries] of Object.entries(result.searches ?? {})) {
    for (const [what, { found, p50, p99, cpuMs }] of Object.entries(queries))
      lines.push(
        `in ${who}, ${what}: p50 ${ms(p50)} ms, p99 ${ms(p99)} ms, CPU ${ms(cpuMs)} ms, ${found} shown`,
      );
  }
  if (result.consumer) {
    const { messages, notifications, expected, eventsPerMessage, notificationsPerWrite } = result.consumer;
    lines.push(
      `${whole(messages)} messages, ${whole(notifications)} of ${whole(expected)} notifications stored; ` +
        `${eventsPerMessage.toFixed(3)} events for each message, ${whole(notificationsPerWrite)} notifications in a write`,
    );
  }
  if (result.notifications) {
    const { expected, stored, atEndOfLoad, drainedAfterSeconds } = result.notifications;
    lines.push(
      `notifications: ${whole(stored)} of ${whole(expected)} stored, ${whole(expected - atEndOfLoad)} of them ` +
        `within ${drainedAfterSeconds.toFixed(1)} s after the load`,
    );
  }
  const cores = Object.entries(result.cores ?? {}).filter(([, share]) => share >= 0.01);
  if (cores.length > 0)
    lines.push(`cores: ${cores.map(([name, share]) => `${name} ${share.toFixed(2)}`).join(', ')}`);
  return lines;
}

/** Where the figures come from: they mean nothing without it. */
export function machine() {
  const [cpu] = os.cpus();
  return {
    at: new Date().toISOString(),
    node: process.version,
    cpu: cpu?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
  };
}
