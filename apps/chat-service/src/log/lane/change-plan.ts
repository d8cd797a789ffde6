import type { mongo } from 'mongoose';
import { MessageNotFoundError, TooManyChangesError } from '../errors';
import type { Head } from '../head';
import type { MessageUpdate, OutboxEntry, StoredMessage } from '../stored-message';
import { type PendingChange, outboxEntries } from './pending';

/** One statement of an update command, and the message as it will be. */
export interface PlannedChange {
  pending: PendingChange;
  message: StoredMessage;
  statement: { q: mongo.Filter<StoredMessage>; u: mongo.UpdateFilter<StoredMessage>; upsert: true };
}

interface Push {
  evs: number;
  outbox?: { $each: OutboxEntry[] };
  ops?: { $each: string[]; $slice: number };
}

/** Commands that a message remembers: a repeat comes soon or never. */
const REMEMBERED_OPS = 32;

/** What the caller wants of the message as it is; no update: nothing. Throws what the caller is to get as the refusal. */
export function decideChange(
  pending: PendingChange,
  current: StoredMessage | undefined,
  at: Date,
  maxChanges: number,
): { message: StoredMessage; update: MessageUpdate | null } {
  if (!current) throw new MessageNotFoundError(pending.messageId.toHexString());
  if (current.evs.length >= maxChanges)
    throw new TooManyChangesError(`A message can be changed ${maxChanges} times`);
  const { op } = pending.options;
  if (op !== undefined && current.ops?.includes(op)) return { message: current, update: null };
  return { message: current, update: pending.mutate(current, at) };
}

/** Makes the update the `ev`-th change of its conversation, which ended at `head` before this round. */
export function planChange(
  pending: PendingChange,
  current: StoredMessage,
  update: MessageUpdate,
  ev: number,
  head: Head,
  at: Date,
): PlannedChange {
  const { outbox: types = [], op, announcement } = pending.options;
  const outbox = outboxEntries(current._id, types, ev, at).map((entry) => ({
    ...entry,
    ...(announcement?.kind === 'reaction' && { by: announcement.userId }),
  }));
  const numbers = {
    ev,
    head_seq: head.seq,
    head_told: head.told,
    control_ev: head.control,
    updated_at: at,
  };
  const set: Record<string, unknown> = { ...numbers };
  const unset: Record<string, ''> = {};
  const fields: [string, unknown][] = Object.entries(update);
  for (const [field, value] of fields) {
    if (value === undefined) unset[field] = '';
    else set[field] = value;
  }
  const push: Push = { evs: ev };
  if (outbox.length > 0) push.outbox = { $each: outbox };
  if (op !== undefined) push.ops = { $each: [op], $slice: -REMEMBERED_OPS };
  return {
    pending,
    message: { ...current, ...update, ...numbers, evs: [...current.evs, ev], outbox },
    statement: {
      q: { _id: current._id, conversation_id: current.conversation_id, ev: current.ev },
      u: { $set: set, $push: push, ...(Object.keys(unset).length > 0 && { $unset: unset }) },
      upsert: true,
    },
  };
}
