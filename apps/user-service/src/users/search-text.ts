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
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ŋ: 'n',
  ς: 'σ',
};

const SPECIAL = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'g');

/**
 * PostgreSQL has no words of more than 2,046 bytes, and three of them at most are one unit. Names are shorter, also when
 * NFKD has made six letters of each of theirs: what is cut off is found nowhere.
 */
const LONGEST_WORD = 680;

/** The words of a text without case and accents, each once: what is stored for searching, and what is searched for. */
export function wordsOf(...texts: (string | null)[]): string[] {
  const plain = texts
    .join(' ')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(SPECIAL, (letter) => FOLDED[letter] ?? letter);
  return [...new Set(plain.split(/[^\p{L}\p{N}]+/u))].filter((word) => word !== '');
}

/** `users.search_text`: by what everybody may find a user. */
export const searchTextOf = (user: { username: string; fullName: string | null }): string =>
  wordsOf(user.username, user.fullName).join(' ');

/**
 * A `tsquery` for rows that have, for each of the words, a word that begins with it. A text that reads like a phone number
 * also finds its digits in one piece. Safe by construction: words are letters and digits only.
 */
export function prefixQuery(search: string): string {
  const all = wordsOf(search)
    .map((word) => `'${word.slice(0, LONGEST_WORD)}':*`)
    .join(' & ');
  const digits = search.replace(/[\s()+-]/g, '');
  return /^\d{3,}$/.test(digits) ? `(${all}) | '${digits}':*` : all;
}
