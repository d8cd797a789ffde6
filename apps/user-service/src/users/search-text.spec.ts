import { describe, expect, it } from 'vitest';
import { prefixQuery, searchTextOf, wordsOf } from './search-text';

describe('wordsOf', () => {
  it.each([
    ['José', ['jose']],
    ['Jose\u0301', ['jose']],
    ['MÜLLER', ['muller']],
    ['Straße', ['strasse']],
    ['STRAẞE', ['strasse']],
    ['Łódź', ['lodz']],
    ['Søren Ærø', ['soren', 'aero']],
    ['İstanbul ılık', ['istanbul', 'ilik']],
    ['Đặng Þór', ['dang', 'thor']],
    ['ＦＵＬＬ ﬁne ²', ['full', 'fine', '2']],
    ['Ἀθῆναι ΣΟΦΟΣ', ['αθηναι', 'σοφοσ']],
    ['Йосиф', ['иосиф']],
    ['山田 太郎', ['山田', '太郎']],
    ['jose.garcia_99-x', ['jose', 'garcia', '99', 'x']],
    ['O\'Neil "Q" \\ % _ & | ! ( ) : *', ['o', 'neil', 'q']],
    ['twice Twice TWICE', ['twice']],
    ['\0\u{1f600} \ud800', []],
    ['', []],
  ])('%j', (text, words) => expect(wordsOf(text)).toEqual(words));

  it('takes time in proportion to the text, whatever it is', () => {
    for (const piece of ['a\u0301', '\u0301', '- ', 'ﷺ']) {
      expect(wordsOf(piece.repeat(20_000)).length).toBeLessThan(20_001);
    }
  });
});

it('searchTextOf joins username and full name', () => {
  expect(searchTextOf({ username: 'Zoë.Z', fullName: null })).toBe('zoe z');
  expect(searchTextOf({ username: 'zoe', fullName: 'Zoë Ängström' })).toBe('zoe angstrom');
});

describe('prefixQuery', () => {
  it.each([
    ['José Mü', "'jose':* & 'mu':*"],
    ["x' | 'y", "'x':* & 'y':*"],
    ['+49 (30) 12-34', "('49':* & '30':* & '12':* & '34':*) | '49301234':*"],
    ['99', "'99':*"],
    ['% _', ''],
  ])('%j', (search, query) => expect(prefixQuery(search)).toBe(query));
});
