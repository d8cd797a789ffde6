import { describe, expect, it } from 'vitest';
import { FixedWindow } from './fixed-window';

describe('FixedWindow', () => {
  it('counts down, refuses, and begins anew when the window is over', () => {
    const window = new FixedWindow(2, 1_000);
    expect(window.hit('a', 0)).toEqual({ allowed: true, limit: 2, remaining: 1, resetMs: 1_000 });
    expect(window.hit('a', 400)).toEqual({ allowed: true, limit: 2, remaining: 0, resetMs: 600 });
    expect(window.hit('a', 999)).toEqual({ allowed: false, limit: 2, remaining: 0, resetMs: 1 });
    expect(window.hit('a', 1_000)).toMatchObject({ allowed: true, remaining: 1, resetMs: 1_000 });
  });

  it('counts each key for itself', () => {
    const window = new FixedWindow(1, 1_000);
    window.hit('a', 0);
    expect(window.hit('b', 0).allowed).toBe(true);
    expect(window.hit('a', 0).allowed).toBe(false);
  });

  it('holds a bounded number of keys and forgets the oldest first', () => {
    const window = new FixedWindow(1, 1_000, 100);
    for (let i = 0; i < 10_000; i++) window.hit(`spoofed-${i}`, i / 100);
    expect(window.size).toBe(100);
    expect(window.hit('spoofed-9999', 100).allowed).toBe(false);
    expect(window.hit('spoofed-0', 100).allowed).toBe(true);
  });
});
