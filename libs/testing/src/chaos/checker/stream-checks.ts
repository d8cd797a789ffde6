import type { EntryOf } from '../history';
import type { Evidence, Violation } from './evidence';
import { violation } from './log-checks';

/** What one connection has heard of one conversation. */
interface Stream {
  who: number;
  conversationId: string;
  first: number;
  last: number;
  evs: Set<number>;
}

/** Each connection hears the changes of a conversation once and in their order, as they are stored, and leaves none out. */
export function order(evidence: Evidence): Violation[] {
  const streams = new Map<string, Stream>();
  const violations = evidence.of('heard').flatMap((heard) => {
    const { who, connection, conversationId, messageId, ev, seq, event } = heard;
    const name = `${event} ${ev} of ${conversationId}`;
    const before = follow(streams, `${who} ${connection} ${conversationId}`, heard);
    const stored = evidence.messages.get(messageId);
    if (ev <= before) return [violation('C3', `${who} heard ${name} after ${before}`)];
    if (!stored?.evs.includes(ev) || (seq !== undefined && seq !== stored.seq))
      return [violation('C3', `${who} heard ${name}, which is not stored so`)];
    return [];
  });
  return [...violations, ...[...streams.values()].flatMap((stream) => leftOut(evidence, stream))];
}

/** Answers how far the connection had come before. */
function follow(streams: Map<string, Stream>, key: string, heard: EntryOf<'heard'>): number {
  const { who, conversationId, ev } = heard;
  const stream = streams.get(key);
  if (!stream) {
    streams.set(key, { who, conversationId, first: ev, last: ev, evs: new Set([ev]) });
    return 0;
  }
  const before = stream.last;
  stream.evs.add(ev);
  stream.last = Math.max(before, ev);
  return before;
}

/**
 * Between the first and the last that a connection has heard. Of a message that has changed several times a stream that was
 * repaired tells the last state alone.
 */
function leftOut(evidence: Evidence, { who, conversationId, first, last, evs }: Stream): Violation[] {
  const missing = (evidence.conversations.get(conversationId) ?? [])
    .map((message) => Math.max(...message.evs))
    .filter((ev) => first < ev && ev < last && !evs.has(ev) && evidence.mayHear(conversationId, who, ev))
    .sort((a, b) => a - b);
  return missing.length === 0
    ? []
    : [
        violation(
          'C3',
          `${who} heard ${first} to ${last} of ${conversationId} on one connection, without ${missing.join(', ')}`,
        ),
      ];
}
