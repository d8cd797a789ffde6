import { runsOf } from './runs';

/** Longer words are cut: an index key has its limit, and nobody types a hash to its end. */
const WORD_LENGTH = 40;
/** A word is also found by its beginning, from so many letters on. */
export const PREFIX_LENGTH = 3;
/** No word has it: what stands behind it is the beginning of one. */
const BEGINNING = '~';

export const cut = (word: string): string =>
  word.length <= WORD_LENGTH ? word : lettersOf(word).slice(0, WORD_LENGTH).join('');

/** The term of all words that begin like this one; undefined when it is too short. */
export function beginningOf(word: string): string | undefined {
  const letters = lettersOf(word);
  return letters.length < PREFIX_LENGTH ? undefined : BEGINNING + letters.slice(0, PREFIX_LENGTH).join('');
}

/** A run without gaps, as what can be looked up: each pair of neighbours. */
export const pairsOf = (letters: readonly string[]): string[] =>
  letters.slice(1).map((letter, index) => (letters[index] ?? '') + letter);

/** What a message is found by, at most so many terms: each once, the first ones of the text. */
export function termsOf(text: string, limit: number): string[] {
  const terms = new Set<string>();
  for (const { dense, parts } of runsOf(text)) {
    if (terms.size >= limit) break;
    if (dense) {
      for (const letter of parts) terms.add(letter);
      for (const pair of pairsOf(parts)) terms.add(pair);
      continue;
    }
    const word = cut(parts[0] ?? '');
    terms.add(word);
    const beginning = beginningOf(word);
    if (beginning !== undefined) terms.add(beginning);
  }
  return [...terms].slice(0, limit);
}

/** Split between characters, never inside of one. */
const lettersOf = (word: string): string[] => Array.from(word);

/** The longest ones, which are likely to be the rarest. */
export const longestOf = (terms: readonly string[], most: number): string[] =>
  [...terms].sort((a, b) => b.length - a.length).slice(0, most);
