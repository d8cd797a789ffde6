import { randomInt } from 'node:crypto';

/**
 * A limit that nobody gets beyond, on however many instances at once: each thing takes one of `limit` places, under a unique
 * index, and tries again when another one was faster. At random, so that of many at once most find a place of their own.
 * Undefined: all are taken.
 */
export function freePlaceAmong(taken: readonly { place?: number }[], limit: number): number | undefined {
  if (taken.length >= limit) return undefined;
  const places = new Set(taken.map(({ place }) => place));
  const free = Array.from({ length: limit }, (_, place) => place).filter((place) => !places.has(place));
  return free[randomInt(free.length)];
}
