import { describe, expect, it } from 'vitest';
import { mentionsIn } from './mentions-in';

const firstReadings = (text: string) => mentionsIn(text, 50).names.map(([name]) => name);

describe('mentions in a text', () => {
  it.each([
    ['@alice', ['alice']],
    ['hi @Alice, hi @BOB!', ['alice', 'bob']],
    ['(@alice) "@bob" \n@carol: @dave?', ['alice', 'bob', 'carol', 'dave']],
    ['@山田太郎 と @Žofie', ['山田太郎', 'žofie']],
    ['@a.b-c_d', ['a.b-c_d']],
    ['@alice @alice', ['alice']],
    ["@alice's", ['alice']],
  ])('finds %j', (text, names) => {
    expect(firstReadings(text)).toEqual(names);
  });

  it.each([
    'me@example.com',
    'mail first.last@example.com now',
    '@me@example.com',
    'https://example.com/@alice',
    '`@alice`',
    'see ```\nfoo @alice\n``` there',
    '``` @alice never closed',
    '@@alice',
    '@al',
    '@',
    'a @ b',
    `@${'x'.repeat(51)}`,
  ])('finds nobody in %j', (text) => {
    expect(mentionsIn(text, 50)).toEqual({ all: false, names: [] });
  });

  it('leaves open whether a dot behind a name belongs to it', () => {
    expect(mentionsIn('@alice... and @bob_.', 50).names).toEqual([
      ['alice...', 'alice..', 'alice.', 'alice'],
      ['bob_.', 'bob_', 'bob'],
    ]);
  });

  it('knows everybody, in whatever case and with a dot behind', () => {
    for (const text of ['@all', '@ALL.', 'hey @All!'])
      expect(mentionsIn(text, 50)).toEqual({ all: true, names: [] });
    expect(mentionsIn('@allen', 50).all).toBe(false);
  });

  it('composes names as accounts have them', () => {
    expect(firstReadings('@zoe\u0301')).toEqual(['zo\u00e9']);
  });

  it('is quick with texts that are made to be slow', () => {
    const started = performance.now();
    for (const piece of ['@', '`', '```', '@a.', '@aaa', '@aaa@', '.@aaa.'])
      mentionsIn(piece.repeat(8_000 / piece.length), 50);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
