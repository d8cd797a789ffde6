import { messaging, onChannel } from './broker.mjs';

/** Deliveries have stopped: somebody else has taken the rest meanwhile. */
const SILENCE_MS = 2_000;

/**
 * The first messages of a queue, in its order. All are taken, so that all go back, in their order, when the channel closes:
 * a quorum queue puts what comes back behind what came back before, so a part of them would change its place.
 */
export function peek(connection, queue, limit, onProgress = () => {}) {
  return onChannel(connection, async (channel) => {
    const { messageCount } = await channel.checkQueue(queue);
    const letters = [];
    if (messageCount === 0) return letters;
    await new Promise((resolve, reject) => {
      let seen = 0;
      const silence = setTimeout(resolve, SILENCE_MS).unref();
      const deliver = (message) => {
        seen++;
        if (message && letters.length < limit) letters.push(letterOf(message));
        onProgress(seen);
        silence.refresh();
        if (message === null || seen === messageCount) resolve(undefined);
      };
      channel.consume(queue, deliver).catch(reject);
    });
    return letters;
  });
}

/** What there is to know of a dead message, without what people wrote in it. */
export function letterOf({ properties, content }) {
  const { headers } = messaging();
  const { headers: own = {}, messageId = '', type = '', timestamp } = properties;
  const [death] = own['x-death'] ?? [];
  const diedAt = own[headers.FAILED_AT_HEADER] ?? dateOf(death?.time?.value, 1_000);
  return {
    id: String(messageId),
    event: String(type),
    at: dateOf(timestamp, 1),
    diedAt,
    reason: reasonOf(own[headers.ERROR_HEADER], death),
    attempts: Math.max(0, Number(own[headers.ATTEMPT_HEADER] ?? 1) - 1),
    redriven: Number(own[headers.REDRIVEN_HEADER] ?? 0),
    bytes: content.length,
    payload: summaryOf(content),
  };
}

/** The broker's own verdict is the later one: it comes when a consumer died with the event again and again. */
function reasonOf(error, death) {
  if (death?.reason === 'delivery_limit')
    return 'its consumers died, or lost their connection, while they held it';
  return error ?? (death ? `dead-lettered by the broker: ${death.reason}` : 'unknown');
}

function dateOf(value, unit) {
  const date = new Date(Number(value) * unit);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Numbers, ids and dates as they are; of every other text only its length, because it may be somebody's words. */
function summaryOf(content) {
  let body;
  try {
    body = JSON.parse(content.toString());
  } catch {
    return 'not JSON';
  }
  return typeof body === 'object' && body !== null ? short(body.data ?? body) : `JSON, but no object`;
}

const PLAIN = /^([0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z)$/;
const SHOWN = 12;

function short(value) {
  if (typeof value === 'string') return PLAIN.test(value) ? value : `‹${value.length} characters›`;
  if (Array.isArray(value))
    return value.length > SHOWN ? `‹${value.length} values›` : `[${value.map(short).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name.slice(0, 40)}: ${short(field)}`);
  const more = fields.length > 2 * SHOWN ? ', …' : '';
  return `{ ${fields.slice(0, 2 * SHOWN).join(', ')}${more} }`;
}
