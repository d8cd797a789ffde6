import { hash, verify } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { isNoPassword, noPassword } from './no-password';

describe('no password', () => {
  it('has the form of a hash that no password belongs to', async () => {
    const stored = noPassword();
    for (const guess of ['', 'no password here', stored]) expect(await verify(stored, guess)).toBe(false);
    expect(noPassword()).not.toBe(stored);
  });

  it('is told apart from a hash', async () => {
    expect(isNoPassword(noPassword())).toBe(true);
    expect(isNoPassword(await hash('correct horse battery'))).toBe(false);
  });
});
