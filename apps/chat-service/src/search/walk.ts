import { Injectable } from '@nestjs/common';
import type { mongo } from 'mongoose';
import { SearchProgressRepository } from './indexer/search-progress.repository';
import { byTime, byTimeInMany, newestFirst, SCANS, type Step, type Where } from './newest-first';
import { isAfter, type Place } from './place';
import { SearchEntryRepository, type Candidate, type Term } from './search-entry.repository';
import { longestOf } from './text/terms';

/** A word in no more messages than this is rare: all of them are read at once. */
const RARE = 1_000;
/** To count a range, the store reads the entries themselves. */
const RARE_RANGE = 200;
/** Only the longest terms are weighed against each other. */
const WEIGHED = 6;
/** Of frequent words the one whose newest entries reach back furthest is the rarest: so many are looked at. */
const PROBED = 200;

/** What is walked along: words, and all words of one beginning under the term that the index has for them. */
export interface Along {
  words: readonly string[];
  beginning: { word: string; term: string } | undefined;
}

/** A term that few messages have, and how many that are, in all conversations. */
interface Rare {
  term: Term;
  count: number;
}

/** The way through the entries for one search: along its rarest term. */
export interface Walk {
  term: Term;
  /** When the term is rare: all there is, newest first. */
  all: Candidate[] | undefined;
  /** Bounded in size: what is behind it is another step's. */
  step(before: Place | undefined, size: number): Promise<Step>;
}

@Injectable()
export class SearchWalks {
  constructor(
    private readonly entries: SearchEntryRepository,
    private readonly progress: SearchProgressRepository,
  ) {}

  async plan(along: Along, where: Where): Promise<Walk> {
    const { words, beginning } = along;
    const ids = where.conversationIds;
    const withWords = words.length > 1 || beginning !== undefined;
    // The words of a beginning are a range of the index: good to be read as a whole, not to be walked by time.
    const terms = beginning ? [...words, beginning.term] : words;
    const [rare, word] = await Promise.all([
      this.findRare(along, where),
      this.rarestOf(terms, ids.slice(0, SCANS)),
    ]);
    if (rare) return this.readAll(rare, where, withWords);
    const term = { word };
    if (ids.length <= SCANS) {
      const step: Walk['step'] = (before, size) =>
        byTime(this.entries, { term, ...where, before }, size, withWords);
      return { term, all: undefined, step };
    }
    const chunks = await this.progress.listByRecency(ids, SCANS);
    const step: Walk['step'] = (before, size) =>
      byTimeInMany(this.entries, chunks, { term, from: where.from, before }, size, withWords);
    return { term, all: undefined, step };
  }

  /** A term that few messages have. */
  private async findRare({ words, beginning }: Along, { conversationIds }: Where): Promise<Rare | undefined> {
    // One word in few conversations is walked by time, however many have it.
    if (words.length === 1 && !beginning && conversationIds.length <= SCANS) return undefined;
    const scope = conversationIds.length === 1 ? { conversationIds } : {};
    const weighed = longestOf(words, WEIGHED).map((word) => ({ term: { word }, most: RARE }));
    const counts = await Promise.all(
      [...weighed, ...(beginning ? beginnings(beginning) : [])].map(async ({ term, most }) => ({
        term,
        most,
        count: await this.entries.count({ term, ...scope }, most + 1),
      })),
    );
    const rare = counts.filter(({ count, most }) => count <= most).sort((a, b) => a.count - b.count);
    return rare[0];
  }

  private async readAll(
    { term, count }: Rare,
    { conversationIds, from, to }: Where,
    withWords: boolean,
  ): Promise<Walk> {
    // To look it up in each conversation would cost more than there is of it.
    const isEverywhere = count < conversationIds.length;
    const scope = { term, from, before: to, ...(!isEverywhere && { conversationIds }) };
    const found = await this.entries.all(scope, 2 * RARE, withWords);
    const all = isEverywhere ? among(found, conversationIds) : found;
    all.sort(newestFirst);
    const behind = (before: Place | undefined) =>
      before ? all.filter(({ place }) => isAfter(before, place)) : all;
    return { term, all, step: (before) => Promise.resolve({ candidates: behind(before), next: null }) };
  }

  private async rarestOf(words: readonly string[], conversationIds: mongo.ObjectId[]): Promise<string> {
    const [first, ...others] = longestOf(words, WEIGHED);
    if (first === undefined) throw new RangeError('there is nothing to look for');
    if (others.length === 0) return first;
    const reaches = await Promise.all(
      [first, ...others].map(async (word) => ({
        word,
        place: await this.entries.findNth({ term: { word }, conversationIds }, PROBED),
      })),
    );
    // One that has fewer than that here is rare for this caller.
    return reaches.reduce((best, each) => (isRarer(each.place, best.place) ? each : best)).word;
  }
}

function among(candidates: Candidate[], conversationIds: readonly mongo.ObjectId[]): Candidate[] {
  if (candidates.length === 0) return candidates;
  const ids = new Set(conversationIds.map((id) => id.toHexString()));
  return candidates.filter(({ conversation_id }) => ids.has(conversation_id.toHexString()));
}

const isRarer = (place: Place | undefined, other: Place | undefined): boolean =>
  other !== undefined && (place === undefined || isAfter(other, place));

const beginnings = ({ word, term }: NonNullable<Along['beginning']>): { term: Term; most: number }[] => [
  { term: { word: term }, most: RARE },
  { term: { beginning: word }, most: RARE_RANGE },
];
