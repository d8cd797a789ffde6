import type { mongo } from 'mongoose';
import { type LogContext, durable } from '../log-context';

/** A document that must be durable, as of the change that gave it this number. */
export interface Proof {
  _id: mongo.ObjectId;
  ev: number;
}

/** What a step wrote or found, not yet known to be durable; `settle` answers the callers once it is. */
export interface Written {
  proofs: Proof[];
  settle: () => void;
}

/** A confirmation that takes longer (ms) is helped on. */
const nudgeAfterMs = 100;

/**
 * Resolves when the proofs, and with them everything before, are on a majority and in the journal. Rejects when one of
 * them is not there any more: the primary changed and had never got it.
 *
 * Only an insert that is alone in its round waits itself. Other writes go with w:1 and one update that changes nothing waits for all of them. A refused insert that
 * waits as well would be slow to lose its race, and can stop everybody: MongoDB 4.0 looks again at what is committed
 * only when something is written, so when all writers wait for a timestamp that an aborted insert had reserved
 * meanwhile, they wait for seconds. For the same reason the nudge: a write, after which it looks again.
 */
export async function confirm(context: LogContext, proofs: readonly Proof[]): Promise<void> {
  if (proofs.length === 0) return;
  const touch = context.db.command({
    update: context.messages.collectionName,
    updates: proofs.map(({ _id, ev }) => ({ q: { _id, evs: ev }, u: { $set: { _id } } })),
    writeConcern: durable(context.options),
  });
  const reply = await nudged(context, touch);
  if (reply['n'] !== proofs.length) throw new Error('A change was lost with the primary that took it');
}

/** The result of a write that waits for majority and journal, helped on when it takes long. */
export async function nudged<T>(context: LogContext, write: Promise<T>): Promise<T> {
  const nudge = setTimeout(() => void nudgeStore(context), nudgeAfterMs);
  try {
    return await write;
  } finally {
    clearTimeout(nudge);
  }
}

async function nudgeStore({ db, counters }: LogContext): Promise<void> {
  counters.nudges++;
  const nudges = db.collection<{ _id: string; count: number }>('log_nudges');
  // When this fails, the confirmation fails as well; nobody else needs to know.
  await nudges.updateOne({ _id: 'log' }, { $inc: { count: 1 } }, { upsert: true }).catch(() => undefined);
}
