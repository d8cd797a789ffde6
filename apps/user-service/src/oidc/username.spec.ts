import { describe, expect, it } from 'vitest';
import { usernameCandidates } from './username';

describe('usernames from a provider', () => {
  it.each([
    ['alice', 'a@example.com', 'alice'],
    ['alice@example.com', 'a@example.com', 'alice'],
    ['Zoë Müller', 'z@example.com', 'ZoëMüller'],
    ['<script>', 'bob.b@example.com', 'script'],
    ['x', 'bob.b@example.com', 'bob.b'],
    [null, 'bob.b+chat@example.com', 'bob.bchat'],
    ['??', 'b@example.com', 'user'],
    ['a\0b\nc', 'b@example.com', 'abc'],
    ['x'.repeat(200), 'b@example.com', 'x'.repeat(40)],
  ])('%j with %s begin with %s', (suggested, email, first) => {
    expect(usernameCandidates(suggested, email)[0]).toBe(first);
  });

  it('are all such as we accept, and end with one that nobody has', () => {
    const candidates = usernameCandidates('𝒳'.repeat(60), 'b@example.com');
    for (const candidate of candidates) expect(candidate).toMatch(/^[\p{L}\p{N}._-]{3,50}$/u);
    expect(candidates.at(-1)).not.toBe(usernameCandidates('alice', 'b@example.com').at(-1));
  });
});
