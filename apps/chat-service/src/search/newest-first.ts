import type { mongo } from 'mongoose';
import { isAfter, placeOf, type Place } from './place';
import type { Candidate, Scope, SearchEntryRepository } from './search-entry.repository';

/** More scans than this the store does not merge: it would read and sort everything. */
export const SCANS = 200;

export interface Where {
  conversationIds: mongo.ObjectId[];
  from: Place | undefined;
  to: Place | undefined;
}

/** Newest first; `next` is where the walk stopped, null when it is at its end. */
export interface Step {
  candidates: Candidate[];
  next: Place | null;
}

/** Conversations of which none has a message after `newest`. */
export interface Chunk {
  conversationIds: mongo.ObjectId[];
  newest: Date;
}

/** In as many conversations as the store merges. */
export async function byTime(
  entries: SearchEntryRepository,
  scope: Scope,
  size: number,
  withWords: boolean,
): Promise<Step> {
  const candidates = await entries.newest(scope, size, withWords);
  // As much as was asked for: there may be more behind the last one.
  return { candidates, next: candidates.length === size ? (candidates.at(-1)?.place ?? null) : null };
}

/**
 * In more: those with the newest messages first, until what is left has nothing new enough to stand among what was found.
 * Of all that, only what is certain to have no gaps.
 */
export async function byTimeInMany(
  entries: SearchEntryRepository,
  chunks: Chunk[],
  scope: Scope,
  size: number,
  withWords: boolean,
): Promise<Step> {
  const found: Candidate[] = [];
  let end: Place | null = null;
  for (const { conversationIds, newest } of chunks) {
    const limit = placeOf(new Date(newest.getTime() + 1));
    if (found.filter(({ place }) => isAfter(place, limit)).length >= size) {
      end = latest(end, limit);
      break;
    }
    const { candidates, next } = await byTime(entries, { ...scope, conversationIds }, size, withWords);
    found.push(...candidates);
    if (next) end = latest(end, next);
  }
  const complete = found.filter(({ place }) => !end || !isAfter(end, place));
  return { candidates: complete.sort(newestFirst), next: end };
}

export const newestFirst = (a: Candidate, b: Candidate) => Buffer.compare(b.place.id, a.place.id);

const latest = (place: Place | null, other: Place): Place => (place && isAfter(place, other) ? place : other);
