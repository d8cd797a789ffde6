import { describe, expect, it } from 'vitest';
import { beginningsOf, listKeyOf, wordsOf } from './name-words';

describe('wordsOf', () => {
  it.each([
    ['Café Zürich', ['cafe', 'zurich']],
    ['TIẾNG VIỆT: Đà Nẵng', ['tieng', 'viet', 'da', 'nang']],
    ['Straße straße STRASSE', ['strasse']],
    ['news-2026 (en)', ['news', '2026', 'en']],
    ['新着情報', ['新着情報']],
    ['.* $where {"$gt":""}', ['where', 'gt']],
    ['🎉', []],
    ['', []],
  ])('%s', (text, words) => expect(wordsOf(text)).toEqual(words));

  it('is bounded, whatever the letters become', () => {
    expect(wordsOf('ﷺ'.repeat(100)).join('').length).toBeLessThanOrEqual(300);
    expect(wordsOf('x'.repeat(100))).toEqual(['x'.repeat(40)]);
  });
});

it('beginningsOf has each beginning once', () => {
  expect(beginningsOf(['news', 'new'])).toEqual(['n', 'ne', 'new', 'news']);
  expect(beginningsOf(['𝒳y'])).toEqual(['𝒳', '𝒳y']);
});

it('listKeyOf orders by name without case and accents, then by id', () => {
  const keys = [
    listKeyOf('Älter', 'b'),
    listKeyOf('alter', 'a'),
    listKeyOf('Zoo', 'a'),
    listKeyOf('apple', 'z'),
  ];
  expect(keys.map((_, index) => index).sort((i, j) => (keys[i]! < keys[j]! ? -1 : 1))).toEqual([1, 0, 3, 2]);
});
