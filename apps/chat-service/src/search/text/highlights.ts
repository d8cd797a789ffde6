import { runsOf, type Run } from './runs';
import { cut } from './terms';
import type { Wanted } from './wanted';

/** A part of a text, in UTF-16 units: `text.slice(start, end)`. */
export interface Place {
  start: number;
  end: number;
}

/** More in one message help nobody. */
const MOST = 100;

/** Where the text has what is wanted, in its order and without overlaps; undefined when something is not in it. */
export function highlightsOf(text: string, wanted: Wanted): Place[] | undefined {
  const runs = runsOf(text);
  const words = runs
    .filter(({ dense }) => !dense)
    .map((run) => ({ word: cut(run.parts[0] ?? ''), place: placeOf(run, 0, 1) }));
  const dense = runs.filter((run) => run.dense);
  const { beginning } = wanted;
  const found = [
    ...wanted.words.map((wish) => words.filter(({ word }) => word === wish).map(({ place }) => place)),
    ...(beginning === undefined
      ? []
      : [words.filter(({ word }) => word.startsWith(beginning)).map(({ place }) => place)]),
    ...wanted.sequences.map((letters) => dense.flatMap((run) => occurrences(run, letters))),
  ];
  return found.some((places) => places.length === 0) ? undefined : merge(found.flat()).slice(0, MOST);
}

function occurrences(run: Run, letters: string[]): Place[] {
  const places: Place[] = [];
  for (let from = 0; from + letters.length <= run.parts.length; from++) {
    if (letters.every((letter, index) => run.parts[from + index] === letter))
      places.push(placeOf(run, from, from + letters.length));
  }
  return places;
}

const placeOf = ({ starts, ends }: Run, from: number, to: number): Place => ({
  start: starts[from] ?? 0,
  end: ends[to - 1] ?? 0,
});

function merge(places: Place[]): Place[] {
  const merged: Place[] = [];
  for (const { start, end } of places.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
