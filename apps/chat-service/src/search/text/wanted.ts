import { runsOf } from './runs';
import { beginningOf, cut, pairsOf } from './terms';

/** A query: all of it must be in a message. */
export interface Wanted {
  words: string[];
  /** The last word, when it may go on: nothing stands behind it, and it is long enough. */
  beginning: string | undefined;
  /** Letters of scripts without gaps, to be found next to each other. */
  sequences: string[][];
}

export function wantedOf(query: string): Wanted {
  const runs = runsOf(query);
  const last = runs.at(-1);
  const open = last && !last.dense && last.ends[0] === query.length ? last : undefined;
  const words = runs.filter((run) => !run.dense && run !== open).map(({ parts }) => cut(parts[0] ?? ''));
  const lastWord = open && cut(open.parts[0] ?? '');
  const goesOn = lastWord !== undefined && beginningOf(lastWord) !== undefined;
  return {
    words: [...new Set(lastWord === undefined || goesOn ? words : [...words, lastWord])],
    beginning: goesOn ? lastWord : undefined,
    sequences: runs.filter(({ dense }) => dense).map(({ parts }) => parts),
  };
}

export const isEmpty = ({ words, beginning, sequences }: Wanted): boolean =>
  words.length === 0 && beginning === undefined && sequences.length === 0;

/** The terms that a message must have to be looked at; `beginning` comes on top. */
export const termsWanted = ({ words, sequences }: Wanted): string[] => [
  ...new Set([
    ...words,
    ...sequences.flatMap((letters) => (letters.length > 1 ? pairsOf(letters) : letters)),
  ]),
];
