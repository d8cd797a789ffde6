import type { mongo } from 'mongoose';
import { duplicateKeyIndex } from '../duplicate-key';

interface WriteReply {
  writeErrors?: { index: number; code: number; errmsg: string }[];
  writeConcernError?: { errmsg: string };
}

/** What an ordered write command did: its first statements are durable, the next one was refused, the rest not tried. */
export interface WriteOutcome {
  stored: number;
  refusal?: Refusal;
}

export interface Refusal {
  /** Name of the unique index that refused it, '' when unknown; undefined: refused for what it contains. */
  index: string | undefined;
  message: string;
}

/** Errors for what one document contains: a bad value, a validator, too large, index key too long (4.0). */
const documentErrorCodes = new Set([2, 121, 10334, 17280]);

/** Throws when the reply does not tell for sure what is durable. */
export function outcomeOf(document: mongo.Document, total: number): WriteOutcome {
  const reply = document as WriteReply;
  if (reply.writeConcernError) throw new Error(reply.writeConcernError.errmsg);
  const error = reply.writeErrors?.[0];
  if (!error) return { stored: total };
  const index = duplicateKeyIndex(error.code, error.errmsg);
  if (index === undefined && !documentErrorCodes.has(error.code)) throw new Error(error.errmsg);
  return { stored: error.index, refusal: { index, message: error.errmsg } };
}
