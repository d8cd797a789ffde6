import type { mongo } from 'mongoose';
import { isAfter, type Place } from './place';
import type { Candidate, SearchEntryRepository, Term } from './search-entry.repository';
import { longestOf } from './text/terms';

/** More scans than this the store does not merge: it would read and sort everything. */
const SCANS = 200;
/** A word in no more messages than this is rare: all of them are read at once. */
const RARE = 1_000;
/** Only the longest terms are weighed against each other. */
const WEIGHED = 6;

export interface Where {
  conversationIds: mongo.ObjectId[];
  from: Place | undefined;
  to: Place | undefined;
}

/** What is walked along: words, and all words of one beginning under the term that the index has for them. */
export interface Along {
  words: readonly string[];
  beginning: { word: string; term: string } | undefined;
}

/** Newest first; `next` is where the walk stopped, null when it is at its end. */
export interface Step {
  candidates: Candidate[];
  next: Place | null;
}

/** The way through the entries for one search: along its rarest term. */
export interface Walk {
  term: Term;
  /** When the term is rare: all there is, newest first. */
  all: Candidate[] | undefined;
  /** Bounded in size: what is behind it is another step's. */
  step(before: Place | undefined, size: number): Promise<Step>;
}

export async function planWalk(entries: SearchEntryRepository, along: Along, where: Where): Promise<Walk> {
  const withWords = along.words.length > 1 || along.beginning !== undefined;
  const { term, isRare } = await rarestOf(entries, along, where);
  if (isRare) {
    const { conversationIds, from, to } = where;
    const all = await entries.all({ term, conversationIds, from, before: to }, 2 * RARE, withWords);
    all.sort(newestFirst);
    const behind = (before: Place | undefined) =>
      before ? all.filter(({ place }) => isAfter(before, place)) : all;
    return { term, all, step: (before) => Promise.resolve({ candidates: behind(before), next: null }) };
  }
  // The words of a beginning are a range of the index: good to be read as a whole, not to be walked by time.
  const walked = 'word' in term || !along.beginning ? term : { word: along.beginning.term };
  return {
    term: walked,
    all: undefined,
    step: (before, size) => newest(entries, walked, where, before, size, withWords),
  };
}

async function rarestOf(
  entries: SearchEntryRepository,
  { words, beginning }: Along,
  { conversationIds }: Where,
): Promise<{ term: Term; isRare: boolean }> {
  const terms: Term[] = longestOf(words, WEIGHED).map((word) => ({ word }));
  if (beginning) terms.push({ beginning: beginning.word });
  const [only] = terms;
  if (!only) throw new RangeError('there is nothing to look for');
  // One word in few conversations is walked by time, however many have it.
  if (terms.length === 1 && 'word' in only && conversationIds.length <= SCANS)
    return { term: only, isRare: false };
  const scope = conversationIds.length === 1 ? { conversationIds } : {};
  const counts = await Promise.all(terms.map((term) => entries.count({ term, ...scope }, RARE + 1)));
  const fewest = Math.min(...counts);
  return { term: terms[counts.indexOf(fewest)] ?? only, isRare: fewest <= RARE };
}

/** By as many conversations at a time as the store merges, and of all that only what is certain to have no gaps. */
async function newest(
  entries: SearchEntryRepository,
  term: Term,
  { conversationIds, from }: Where,
  before: Place | undefined,
  size: number,
  withWords: boolean,
): Promise<Step> {
  const parts = await Promise.all(
    chunksOf(conversationIds).map((ids) =>
      entries.newest({ term, conversationIds: ids, from, before }, size, withWords),
    ),
  );
  // A part that gave as much as it was asked for may have more behind its last one.
  let end: Place | null = null;
  for (const part of parts) {
    const last = part.length === size ? part.at(-1)?.place : undefined;
    if (last && (!end || isAfter(last, end))) end = last;
  }
  const complete = parts.flat().filter(({ place }) => !end || !isAfter(end, place));
  return { candidates: complete.sort(newestFirst), next: end };
}

const newestFirst = (a: Candidate, b: Candidate) => Buffer.compare(b.place.id, a.place.id);

function chunksOf(ids: mongo.ObjectId[]): mongo.ObjectId[][] {
  const chunks: mongo.ObjectId[][] = [];
  for (let at = 0; at < ids.length; at += SCANS) chunks.push(ids.slice(at, at + SCANS));
  return chunks;
}
