import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { AppError } from '@app/contracts';
import { mongo, type Connection } from 'mongoose';
import { batchReader, type BatchRead, DATABASE } from '@app/mongodb';
import type { SearchEntry } from './entry';
import type { Place } from './place';

/** What all entries of a scope have: one word, or one that begins like this. */
export type Term = { word: string } | { beginning: string };

/** Where to look. */
export interface Scope {
  term: Term;
  /** Undefined: everywhere, for an estimate. */
  conversationIds?: readonly mongo.ObjectId[];
  /** At this place or behind it. */
  from?: Place | undefined;
  /** Before this place. */
  before?: Place | undefined;
}

/** What else an entry must have. */
export interface Demands {
  words: readonly string[];
  beginning?: string | undefined;
  senderId?: number | undefined;
  type?: string | undefined;
}

export type Candidate = Pick<SearchEntry, '_id' | 'conversation_id' | 'place' | 'sender_id' | 'type'> & {
  words?: string[];
};

type Filter = mongo.Filter<SearchEntry>;

export const ENTRIES = 'search_entries';
export const ENTRY_INDEX = 'search_entries_by_word';
const DEADLINE_MS = 3_000;
/** A total with demands that the index does not answer looks at no more entries than this. */
const EXAMINED = 2_000;
const TIMED_OUT = 50;
const DUPLICATE = 11_000;
/** Greater than what any word goes on with. */
const LAST_LETTER = '\u{10ffff}';

@Injectable()
export class SearchEntryRepository implements OnModuleInit {
  private readonly db: mongo.Db;
  private readonly entries: mongo.Collection<SearchEntry>;
  private readonly list: BatchRead<SearchEntry>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.db = connection.getClient().db(connection.name);
    this.entries = this.db.collection(ENTRIES);
    this.list = batchReader(this.db, this.entries);
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    // One word, in each of some conversations, newest first: find({ words, conversation_id: { $in } }).sort({ place: -1 }).
    // The store joins the conversations' keys in order (SORT_MERGE), so it reads as many as are asked for.
    await this.entries.createIndex({ words: 1, conversation_id: 1, place: -1 }, { name: ENTRY_INDEX });
  }

  /** Newest first. In more conversations than `SCANS` it would have to sort, so it is not asked to. */
  async newest(scope: Scope, limit: number, withWords: boolean): Promise<Candidate[]> {
    return this.list<Candidate>(filterOf(scope), { ...readAs(withWords), sort: { place: -1 }, limit }).catch(
      tooSlow,
    );
  }

  /** All of a scope that is known to be small, in any number of conversations, in no order. */
  async all(scope: Scope, limit: number, withWords: boolean): Promise<Candidate[]> {
    return this.list<Candidate>(filterOf(scope), { ...readAs(withWords), limit }).catch(tooSlow);
  }

  /** The place of the nth newest, from the index alone; undefined when there are fewer. In at most `SCANS` conversations. */
  async findNth(scope: Scope, n: number): Promise<Place | undefined> {
    const [nth] = await this.entries
      .find(filterOf(scope), {
        projection: { _id: 0, place: 1 },
        hint: ENTRY_INDEX,
        maxTimeMS: DEADLINE_MS,
      })
      .sort({ place: -1 })
      .skip(n - 1)
      .limit(1)
      .toArray()
      .catch(tooSlow);
    return nth?.place;
  }

  /** How many there are, counted no further than `limit`. */
  async count(scope: Scope, limit: number): Promise<number> {
    // The command itself: `countDocuments` is an aggregation, which costs the store half as much again.
    const count = { count: ENTRIES, query: filterOf(scope), limit, hint: ENTRY_INDEX };
    const { n } = await this.db.command({ ...count, maxTimeMS: DEADLINE_MS }).catch(tooSlow);
    return Number(n);
  }

  /** How many of the scope's first `EXAMINED` entries meet the demands; `isAll`: whether those were all. */
  async countAmong(
    scope: Scope,
    demands: Demands,
    limit: number,
  ): Promise<{ count: number; isAll: boolean }> {
    const [counted, examined] = await Promise.all([
      this.entries
        .aggregate<{ count: number }>(
          [
            { $match: filterOf(scope) },
            { $limit: EXAMINED },
            { $match: { $and: filtersOf(demands) } },
            { $limit: limit },
            { $count: 'count' },
          ],
          { hint: ENTRY_INDEX, maxTimeMS: DEADLINE_MS },
        )
        .toArray()
        .catch(tooSlow),
      this.count(scope, EXAMINED),
    ]);
    return { count: counted[0]?.count ?? 0, isAll: examined < EXAMINED };
  }

  /** Late and doubled versions do no harm: of a message the newest stays. */
  async store(fresh: SearchEntry[], changed: SearchEntry[]): Promise<void> {
    const writes: mongo.AnyBulkWriteOperation<SearchEntry>[] = [
      ...fresh.map((document) => ({ insertOne: { document } })),
      ...changed.map((replacement) => ({
        replaceOne: {
          filter: { _id: replacement._id, ev: { $lt: replacement.ev } },
          replacement,
          upsert: true,
        },
      })),
    ];
    if (writes.length === 0) return;
    try {
      await this.entries.bulkWrite(writes, { ordered: false, writeConcern: { w: 1 } });
    } catch (error) {
      // What is there already is as new, or newer.
      if (
        !(error instanceof mongo.MongoBulkWriteError) ||
        !errorsOf(error).every(({ code }) => code === DUPLICATE)
      )
        throw error;
    }
  }

  async remove(ids: mongo.ObjectId[]): Promise<void> {
    await this.entries.deleteMany({ _id: { $in: ids } }, { writeConcern: { w: 1 } });
  }
}

const readAs = (withWords: boolean) => ({
  projection: { conversation_id: 1, place: 1, sender_id: 1, type: 1, ...(withWords && { words: 1 }) },
  hint: ENTRY_INDEX,
  maxTimeMS: DEADLINE_MS,
});

/** Every value is text, a number or an id of ours: nothing of a query is ever an operator or an expression. */
function filterOf({ term, conversationIds, from, before }: Scope): Filter {
  const [only] = conversationIds ?? [];
  return {
    words: conditionOf(term),
    ...(conversationIds && {
      conversation_id: conversationIds.length === 1 && only ? only : { $in: conversationIds },
    }),
    ...((from ?? before) && { place: { ...(from && { $gte: from }), ...(before && { $lt: before }) } }),
  };
}

const conditionOf = (term: Term): Filter['words'] =>
  'word' in term ? term.word : { $elemMatch: { $gte: term.beginning, $lt: term.beginning + LAST_LETTER } };

function filtersOf({ words, beginning, senderId, type }: Demands): Filter[] {
  return [
    ...words.map((word) => ({ words: word })),
    ...(beginning === undefined ? [] : [{ words: conditionOf({ beginning }) }]),
    ...(senderId === undefined ? [] : [{ sender_id: senderId }]),
    ...(type === undefined ? [] : [{ type }]),
  ];
}

const errorsOf = ({ writeErrors }: mongo.MongoBulkWriteError) => [writeErrors].flat();

const isTimeout = (error: unknown) => error instanceof mongo.MongoServerError && error.code === TIMED_OUT;

function tooSlow(error: unknown): never {
  if (isTimeout(error))
    throw new AppError('UNAVAILABLE', 'the search took too long; try again, or ask for less');
  throw error;
}
