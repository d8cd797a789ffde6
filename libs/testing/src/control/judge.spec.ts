import { describe, expect, it } from 'vitest';
import { copiesOf, holesIn } from './judge';

describe('what a trial counts', () => {
  it('is how many there are, how many of them more than once, and how often', () => {
    expect(copiesOf(['a', 'b', 'a', 'a', 'c', 'c'])).toEqual({ different: 3, repeated: 2, again: 3 });
    expect(copiesOf([])).toEqual({ different: 0, repeated: 0, again: 0 });
  });

  it('is how many numbers are missing, whatever their order', () => {
    expect(holesIn([3, 1, 2])).toBe(0);
    expect(holesIn([6, 2, 2, 4])).toBe(3);
    expect(holesIn([])).toBe(0);
  });
});
