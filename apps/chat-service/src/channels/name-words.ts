/** Letters that Unicode does not take apart into a letter and a mark, as people write them who do not have them. */
const FOLDED: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
};
const SPECIAL = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'g');
/** A name of 100 characters can become longer when it is folded; what is beyond this is found nowhere. */
const LONGEST_TEXT = 300;
const LONGEST_WORD = 40;

/** The words of a text without case and accents, each once: of what is stored, and of what is searched for. */
export function wordsOf(text: string): string[] {
  const plain = text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(SPECIAL, (letter) => FOLDED[letter] ?? letter)
    .slice(0, LONGEST_TEXT);
  const words = plain.split(/[^\p{L}\p{N}]+/u).map((word) => [...word].slice(0, LONGEST_WORD).join(''));
  return [...new Set(words)].filter((word) => word !== '');
}

/** All beginnings of the words: a search for one is then a search for something equal, which an index answers in any order. */
export const beginningsOf = (words: readonly string[]): string[] => [
  ...new Set(
    words.flatMap((word) => {
      const letters = [...word];
      return letters.map((_letter, index) => letters.slice(0, index + 1).join(''));
    }),
  ),
];

/** Where a channel stands in the list: by name, and by id among those of the same name. */
export const listKeyOf = (name: string, id: string): string => `${wordsOf(name).join(' ')} ${id}`;
