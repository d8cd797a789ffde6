import type { Evidence, Operation, Violation } from './evidence';

/** What is acked is in the store, once, as it was acked. */
export function durability(evidence: Evidence): Violation[] {
  const copies = new Map<string, number>();
  for (const { conversationId, senderId, clientId } of evidence.messages.values()) {
    const key = `${conversationId} ${senderId} ${clientId}`;
    copies.set(key, (copies.get(key) ?? 0) + 1);
  }
  return [...evidence.operations.values()].flatMap((operation) => {
    const { invoke, ok } = operation;
    if (!ok) return [];
    if (invoke.deed !== 'send') return changeIsStored(evidence, operation);
    const count = copies.get(`${invoke.conversationId} ${invoke.who} ${invoke.clientId}`) ?? 0;
    if (count !== 1) return [violation('C1', `acked send ${invoke.id} is stored ${count} times`)];
    const stored = evidence.messages.get(ok.messageId ?? '');
    return stored?.clientId === invoke.clientId && stored.seq === ok.seq
      ? []
      : [
          violation(
            'C1',
            `send ${invoke.id} was acked as ${ok.messageId} ${ok.seq}, and is stored as another`,
          ),
        ];
  });
}

function changeIsStored(evidence: Evidence, { invoke, ok }: Operation): Violation[] {
  const stored = evidence.messages.get(invoke.messageId ?? '');
  if (invoke.messageId === undefined) return [];
  if (!stored) return [violation('C1', `${invoke.deed} ${invoke.id}: message ${invoke.messageId} is gone`)];
  if (invoke.deed === 'delete' && !stored.isDeleted)
    return [violation('C1', `delete ${invoke.id} was acked, and message ${stored.messageId} is still there`)];
  return ok?.ev === undefined || stored.evs.includes(ok.ev)
    ? []
    : [violation('C1', `${invoke.deed} ${invoke.id} was acked as change ${ok.ev}, which is not stored`)];
}

/** `seq` is 1 to n, `ev` is 1 to m, and a clientId is there once. */
export function gapless(evidence: Evidence): Violation[] {
  return [...evidence.conversations].flatMap(([id, messages]) => {
    const seqs = messages.map(({ seq }) => seq);
    const evs = messages.flatMap((message) => message.evs).sort((a, b) => a - b);
    const ids = messages.map(({ senderId, clientId }) => `${senderId} ${clientId}`);
    return [
      ...firstBreak(seqs).map((at) => violation('C2', `seq of ${id} is not 1 to n at ${at}`)),
      ...firstBreak(evs).map((at) => violation('C2', `ev of ${id} is not 1 to n at ${at}`)),
      ...(new Set(ids).size < ids.length ? [violation('C2', `a clientId is twice in ${id}`)] : []),
    ];
  });
}

function firstBreak(numbers: readonly number[]): number[] {
  const at = numbers.findIndex((number, index) => number !== index + 1);
  return at === -1 ? [] : [at + 1];
}

/** The last thing that somebody has said in a conversation before, and in the row that they are at. */
interface Said {
  row: string | undefined;
  before: Place | undefined;
  last: Place;
}

interface Place {
  seq: number;
  id: string;
}

/**
 * What somebody said in one conversation stands in the order in which they said it. Within a row, where nobody waited for the
 * answer before, that is promised to those alone that were stored by their first try; all had it on one connection.
 */
export function fifo(evidence: Evidence): Violation[] {
  const said = new Map<string, Said>();
  const inRow = new Map<string, Place>();
  const places = new Map(
    [...evidence.messages.values()].map(({ conversationId, senderId, clientId, seq }) => [
      `${conversationId} ${senderId} ${clientId}`,
      seq,
    ]),
  );
  const violations: Violation[] = [];
  for (const { invoke, ok } of evidence.operations.values()) {
    if (invoke.deed !== 'send') continue;
    const { conversationId, who, clientId, id, row } = invoke;
    const seq = places.get(`${conversationId} ${who} ${clientId}`);
    if (seq === undefined) continue;
    const place = { seq, id };
    const until = said.get(`${conversationId} ${who}`);
    const isSameRow = row !== undefined && until?.row === row;
    const before = isSameRow ? until.before : until?.last;
    said.set(`${conversationId} ${who}`, { row, before, last: later(place, until?.last) });
    const earlier = [before];
    if (row !== undefined && ok?.isFirstTry) {
      earlier.push(inRow.get(row));
      inRow.set(row, later(place, inRow.get(row)));
    }
    const wrong = earlier.find((other) => other && other.seq > seq);
    if (wrong)
      violations.push(violation('C4', `${id} (seq ${seq}) was said after ${wrong.id} (seq ${wrong.seq})`));
  }
  return violations;
}

const later = (place: Place, other: Place | undefined): Place =>
  other && other.seq > place.seq ? other : place;

/** Nothing is stored that nobody said, or that was refused. */
export function noPhantoms(evidence: Evidence): Violation[] {
  return [...evidence.messages.values()].flatMap(({ clientId, senderId, type, messageId }) => {
    const said = evidence.operations.get(clientId);
    const isOurs = said?.invoke.who === senderId;
    if (!isOurs) return type === 'system' ? [] : [violation('C5', `nobody said message ${messageId}`)];
    return said.fail && said.fail.code !== 'INTERNAL'
      ? [violation('C5', `${said.invoke.deed} ${clientId} was refused (${said.fail.code}) and is stored`)]
      : [];
  });
}

export const violation = (check: string, what: string): Violation => ({ check, what });
