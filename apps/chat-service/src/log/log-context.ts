import type { mongo } from 'mongoose';
import { DURABLE } from '../store';
import type { CommittedChange, StoredMessage } from './stored-message';

export interface MessageLogOptions {
  /** Flushes that may fly at once; a conversation always uses the same one. */
  lanes: number;
  /** Most messages in one insert. */
  maxBatch: number;
  /** Most bytes in one insert; the store's own limit for one command is 16 MiB. */
  maxBatchBytes: number;
  /** Most callers that may wait in one lane; the next one gets OverloadedError. */
  maxWaiting: number;
  /** Every caller has its answer after about this time (ms), at worst UnknownOutcomeError. */
  deadlineMs: number;
  /** Conversations per lane whose last numbers are remembered; an unknown one costs a read before its write. */
  maxRemembered: number;
  /** Change numbers that one message may take; they are kept in its document. */
  maxChanges: number;
}

export const defaultLogOptions: MessageLogOptions = {
  lanes: 2,
  maxBatch: 500,
  maxBatchBytes: 8 * 1024 * 1024,
  maxWaiting: 10_000,
  deadlineMs: 4_000,
  maxRemembered: 10_000,
  maxChanges: 10_000,
};

/** Counted since the start; for metrics. */
export interface LogCounters {
  appended: number;
  changed: number;
  /** Sends answered with an earlier message. */
  duplicates: number;
  flushes: number;
  /** Flushes or changes that another process was faster than. */
  lostRaces: number;
  /** Confirmations that took long and were helped on. */
  nudges: number;
  /** Callers that got UnknownOutcomeError. */
  unknown: number;
  /** Callers that were turned away or shed. */
  refused: number;
}

/** What the lanes of one log share. */
export interface LogContext {
  readonly db: mongo.Db;
  readonly messages: mongo.Collection<StoredMessage>;
  readonly options: MessageLogOptions;
  readonly counters: LogCounters;
  /** Tells the listeners; never throws. */
  announce(change: CommittedChange): void;
}

/** Majority and journal: what is acknowledged survives the death of any process and of the server. */
export function durable(options: MessageLogOptions): mongo.WriteConcernSettings {
  return { ...DURABLE.writeConcern, wtimeout: options.deadlineMs };
}
