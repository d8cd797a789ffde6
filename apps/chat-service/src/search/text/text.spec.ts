import { describe, expect, it } from 'vitest';
import { SEARCH_CORPUS } from '../../../test/support/search-corpus';
import { highlightsOf } from './highlights';
import { beginningOf, termsOf } from './terms';
import { isEmpty, termsWanted, wantedOf } from './wanted';

const FORMS = ['NFC', 'NFD'] as const;
const cases = Object.entries(SEARCH_CORPUS).flatMap(([chapter, list]) =>
  list.flatMap(({ text, finds, misses }) => [
    ...finds.map((query) => [chapter, query, 'finds', text] as const),
    ...misses.map((query) => [chapter, query, 'misses', text] as const),
  ]),
);

/** Whether the index alone would offer the text; what it offers is looked at again. */
function isOffered(text: string, query: string): boolean {
  const wanted = wantedOf(query);
  const terms = termsOf(text, 10_000);
  const beginning = wanted.beginning === undefined ? undefined : beginningOf(wanted.beginning);
  return [...termsWanted(wanted), ...(beginning === undefined ? [] : [beginning])].every((term) =>
    terms.includes(term),
  );
}

const marked = (text: string, query: string) =>
  highlightsOf(text, wantedOf(query))?.map(({ start, end }) => text.slice(start, end));

describe('what is found', () => {
  it.each(cases)('%s: "%s" %s "%s"', (_chapter, query, verdict, text) => {
    for (const textForm of FORMS) {
      for (const queryForm of FORMS) {
        const [given, asked] = [text.normalize(textForm), query.normalize(queryForm)];
        const isFound = highlightsOf(given, wantedOf(asked)) !== undefined;
        expect(isFound, `${queryForm} in ${textForm}`).toBe(verdict === 'finds');
        if (isFound) expect(isOffered(given, asked), `the index offers ${queryForm}`).toBe(true);
      }
    }
  });
});

describe('what is highlighted', () => {
  it.each([
    ['Straße und STRASSE', 'strasse', ['Straße', 'STRASSE']],
    ['Người người', 'nguoi', ['Người', 'người']],
    ['Người'.normalize('NFD'), 'nguoi', ['Người'.normalize('NFD')]],
    ['今天天气', '天', ['天', '天']],
    ['今天天气', '天气', ['天气']],
    ['aaa bbb aaa', 'bbb aaa', ['aaa', 'bbb', 'aaa']],
    ['one 👍🏽 two', '👍 two', ['👍', 'two']],
    ['ha haha hahaha', 'haha', ['haha', 'hahaha']],
    ['ハハハ', 'ハハ', ['ハハハ']],
    ['ﬁn', 'fin', ['ﬁn']],
  ])('"%s", asked for "%s"', (text, query, expected) => {
    expect(marked(text, query)).toEqual(expected);
  });

  it('is at most a hundred places', () => {
    expect(marked('x '.repeat(500), 'x')).toHaveLength(100);
  });
});

describe('what is asked', () => {
  it.each(['', '   ', '...', '!?', '$%^&*', '\u200b', '\u00ad', '\u0301'])('nothing by "%s"', (query) => {
    expect(isEmpty(wantedOf(query))).toBe(true);
  });

  it('goes on in its last word from three letters on, unless something stands behind it', () => {
    expect(wantedOf('to meet')).toEqual({ words: ['to'], beginning: 'meet', sequences: [] });
    expect(wantedOf('to meet ')).toEqual({ words: ['to', 'meet'], beginning: undefined, sequences: [] });
    expect(wantedOf('meet to')).toEqual({ words: ['meet', 'to'], beginning: undefined, sequences: [] });
    expect(wantedOf('meet 天气')).toEqual({
      words: ['meet'],
      beginning: undefined,
      sequences: [['天', '气']],
    });
  });

  it('and what is stored are cut alike', () => {
    const hash = 'ab'.repeat(60);
    expect(Math.max(...termsOf(hash, 600).map((term) => term.length))).toBe(40);
    expect(marked(hash, hash)).toEqual([hash]);
  });
});

describe('what is stored', () => {
  it('is each term once, and no more than the limit', () => {
    expect(termsOf('to be or not to be', 600)).toEqual(['to', 'be', 'or', 'not', '~not']);
    expect(termsOf('a b c d e f', 4)).toEqual(['a', 'b', 'c', 'd']);
    expect(termsOf('我'.repeat(8_000) + '你', 600)).toEqual(['我', '你', '我我', '我你']);
  });

  it('fits into an index key, whatever is written', () => {
    const piled = ['ก', 'a', 'ह', 'は'].map((letter) => letter + '\u0e49\u093f\u3099'.repeat(2_000));
    const long = ['a', 'ß', 'ﷺ', '\u{1d573}', '하', 'हि'].map((letter) => letter.repeat(4_000));
    for (const text of [...long, ...piled]) {
      const sizes = termsOf(text, 600).map((term) => Buffer.byteLength(term));
      expect(Math.max(...sizes)).toBeLessThan(512);
    }
  });
});
