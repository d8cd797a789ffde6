import type { EntryOf } from '../history';
import type { Evidence, Violation } from './evidence';
import { violation } from './log-checks';

/** What one connection has heard of one conversation. */
interface Stream {
  who: number;
  conversationId: string;
  last: number;
  evs: number[];
}

/** Each connection hears the changes of a conversation once and in their order, as they are stored, and leaves none out. */
export function order(evidence: Evidence): Violation[] {
  const streams = new Map<string, Stream>();
  const violations: Violation[] = [];
  for (const heard of evidence.of('heard')) {
    const { who, connection, conversationId, messageId, ev, seq, event } = heard;
    const before = follow(streams, `${who} ${connection} ${conversationId}`, heard);
    const stored = evidence.messages.get(messageId);
    const isStored = stored?.evs.includes(ev) && (seq === undefined || seq === stored.seq);
    if (ev > before && isStored) continue;
    const what = `${who} heard ${event} ${ev} of ${conversationId}`;
    violations.push(
      violation('C3', ev <= before ? `${what} after ${before}` : `${what}, which is not stored so`),
    );
  }
  const lastStates = lastStatesOf(evidence);
  for (const stream of streams.values())
    violations.push(...leftOut(evidence, lastStates.get(stream.conversationId) ?? [], stream));
  return violations;
}

/** Answers how far the connection had come before. */
function follow(streams: Map<string, Stream>, key: string, heard: EntryOf<'heard'>): number {
  const { who, conversationId, ev } = heard;
  const stream = streams.get(key);
  if (!stream) {
    streams.set(key, { who, conversationId, last: ev, evs: [ev] });
    return 0;
  }
  const before = stream.last;
  stream.evs.push(ev);
  stream.last = Math.max(before, ev);
  return before;
}

/** Of each conversation the number of the last change of each message, rising. */
function lastStatesOf(evidence: Evidence): Map<string, number[]> {
  return new Map(
    [...evidence.conversations].map(([id, messages]) => [
      id,
      messages.map(({ evs }) => Math.max(...evs)).sort((a, b) => a - b),
    ]),
  );
}

/**
 * Between the first and the last that a connection has heard. Of a message that has changed several times a stream that was
 * repaired tells the last state alone.
 */
function leftOut(evidence: Evidence, lastStates: readonly number[], stream: Stream): Violation[] {
  const { who, conversationId, last, evs } = stream;
  const first = evs[0] ?? last;
  const heard = new Set(evs);
  const missing: number[] = [];
  for (let at = firstAbove(lastStates, first); at < lastStates.length; at++) {
    const ev = lastStates[at]!;
    if (ev >= last) break;
    if (!heard.has(ev) && evidence.mayHear(conversationId, who, ev)) missing.push(ev);
  }
  return missing.length === 0
    ? []
    : [
        violation(
          'C3',
          `${who} heard ${first} to ${last} of ${conversationId} on one connection, without ${missing.join(', ')}`,
        ),
      ];
}

/** Where the first one is that is greater, of numbers that rise. */
function firstAbove(numbers: readonly number[], number: number): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (numbers[middle]! > number) to = middle;
    else from = middle + 1;
  }
  return from;
}
