/** What a piece of text is to the search. */
export type Kind =
  | 'gap'
  /** Part of a word. */
  | 'word'
  /** Of a script that writes its words without gaps: each place may begin one. */
  | 'dense'
  /** A word by itself: an emoji. */
  | 'symbol'
  /** Not there: a soft hyphen, a mark that stands alone. It parts nothing. */
  | 'nothing';

export interface Folded {
  readonly text: string;
  readonly kind: Kind;
}

/** Accents and points that are left out, in the decomposed form. Those that make another letter (dakuten, vowels of India) stay. */
const MARKS =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u{e0100}-\u{e01ef}]|\p{Cf}/gu;

/** Letters that no decomposition takes apart, though people write the plain one for them. */
const PLAIN: Record<string, string> = {
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ø: 'o',
  ŧ: 't',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ß: 'ss',
  ς: 'σ',
};
const HAS_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');

const WORD = /[\p{L}\p{N}\p{M}]/u;
const NOT_WORD = /[^\p{L}\p{N}\p{M}]/gu;
const DENSE =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const SYMBOL = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
/** The separator that Thai and Khmer put between words is of the same class as the characters that are not there. */
const ZERO_WIDTH_SPACE = '\u200b';

/** A letter with what belongs to it, without case, accents and width, and what it is. */
export function fold(cluster: string): Folded {
  if (cluster === ZERO_WIDTH_SPACE) return { text: '', kind: 'gap' };
  const plain = cluster
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(HAS_PLAIN, (letter) => PLAIN[letter] ?? letter)
    .normalize('NFC');
  if (plain === '') return { text: '', kind: 'nothing' };
  if (WORD.test(plain))
    return { text: plain.replace(NOT_WORD, ''), kind: DENSE.test(plain) ? 'dense' : 'word' };
  return { text: plain, kind: SYMBOL.test(plain) ? 'symbol' : 'gap' };
}
