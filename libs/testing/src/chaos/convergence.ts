import { setTimeout as delay } from 'node:timers/promises';
import { differencesOf } from '../synced/differences';
import { SyncedClient } from '../synced/synced-client';
import type { FinalReads } from './final-reads';
import type { HistoryWriter } from './history';
import type { Identity, Person } from './person';

const EVERY_MS = 100;
/** A busy machine may be far behind with what was said. */
const ANSWERED_MS = 180_000;
/** Longer than what is promised: how late somebody is says more than that they were. */
const GIVE_UP_MS = 30_000;
/** New clients that read everything at once. */
const READERS = 8;

/** Waits until all that was said has its answer: what is still being said cannot be known yet. Answers how long that took. */
export async function awaitAnswers(people: readonly Person[]): Promise<number> {
  const startedAt = performance.now();
  const waited = () => Math.round(performance.now() - startedAt);
  while (waited() < ANSWERED_MS && people.some(({ unanswered }) => unanswered > 0)) await delay(EVERY_MS);
  return waited();
}

/** Waits until everybody has come to the end of the log, and writes down how long that took. */
export async function awaitConvergence(
  people: readonly Person[],
  conversationIds: readonly string[],
  reads: FinalReads,
): Promise<Map<number, number>> {
  const startedAt = performance.now();
  const arrived = new Map<number, number>();
  for (;;) {
    const heads = await reads.heads(conversationIds);
    const afterMs = Math.round(performance.now() - startedAt);
    for (const person of people) {
      if (!isAtTheEnd(person, heads)) arrived.delete(person.id);
      else if (!arrived.has(person.id)) arrived.set(person.id, afterMs);
    }
    if (arrived.size === people.length) return arrived;
    if (afterMs > GIVE_UP_MS) return arrived;
    await delay(EVERY_MS);
  }
}

function isAtTheEnd({ client, unanswered }: Person, heads: ReadonlyMap<string, number>): boolean {
  if (unanswered > 0 || !client.isInSync) return false;
  return [...client.conversations.values()].every(({ id, ev }) => ev === heads.get(id));
}

/** Lets a new client of each person read everything anew, and writes down where the old one knows something else. */
export async function compareWithFresh(
  people: readonly Person[],
  arrived: ReadonlyMap<number, number>,
  gateways: readonly string[],
  history: HistoryWriter,
  progress: (text: string) => void,
): Promise<void> {
  const left = [...people];
  const compare = async () => {
    for (let person = left.shift(); person; person = left.shift()) {
      progress(`reading everything anew, ${left.length} people left`);
      const { identity, client } = person;
      const fresh = await readAnew(identity, gateways);
      history.add({
        kind: 'converged',
        who: identity.id,
        afterMs: arrived.get(identity.id) ?? GIVE_UP_MS,
        differences: fresh ? differencesOf(client, fresh) : ['a new client did not come to the end'],
      });
    }
  };
  await Promise.all(Array.from({ length: READERS }, compare));
}

/** However much there is: given up, and answered with nothing, is only who comes no further. */
async function readAnew(
  { id, token }: Identity,
  gateways: readonly string[],
): Promise<SyncedClient | undefined> {
  const fresh = new SyncedClient({ userId: id, gateways, token: () => token });
  fresh.goOnline();
  let known = 0;
  let until = performance.now() + GIVE_UP_MS;
  do {
    await delay(EVERY_MS);
    if (fresh.conversations.size > known) until = performance.now() + GIVE_UP_MS;
    known = fresh.conversations.size;
  } while (!fresh.isInSync && performance.now() < until);
  const isDone = fresh.isInSync;
  fresh.goOffline();
  return isDone ? fresh : undefined;
}
