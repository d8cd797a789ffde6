import { loadConfig } from '@app/platform';
import { describe, expect, it } from 'vitest';
import { loadUserConfig, UserConfig } from '../config';
import { SecretBox } from './secret-box';

const boxWith = (key: string) => new SecretBox(loadConfig(UserConfig, { SECRETS_KEY: key }));
const box = boxWith('a key that is long enough for a test');

describe('the secret box', () => {
  it('gives back what was put in, and shows nothing of it', () => {
    const sealed = box.seal('purpose', '1', 'the secret');
    expect(sealed.toString('latin1')).not.toContain('secret');
    expect(box.open('purpose', '1', sealed)).toBe('the secret');
    expect(box.seal('purpose', '1', 'the secret').equals(sealed)).toBe(false);
  });

  it('opens with the same key, purpose and context only', () => {
    const sealed = box.seal('purpose', '1', 'the secret');
    expect(() => boxWith('another key, which is as long as it').open('purpose', '1', sealed)).toThrow();
    expect(() => box.open('other purpose', '1', sealed)).toThrow();
    expect(() => box.open('purpose', '2', sealed)).toThrow();
  });

  it('does not open what was changed or cut', () => {
    const sealed = box.seal('purpose', '1', 'the secret');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => box.open('purpose', '1', changed)).toThrow();
    }
    expect(() => box.open('purpose', '1', sealed.subarray(0, 20))).toThrow();
  });

  it('makes fingerprints that depend on key, purpose, context and text', () => {
    const prints = [
      box.fingerprint('purpose', '1', 'code'),
      box.fingerprint('purpose', '1', 'cold'),
      box.fingerprint('purpose', '2', 'code'),
      box.fingerprint('other', '1', 'code'),
      boxWith('another key, which is as long as it').fingerprint('purpose', '1', 'code'),
    ].map((print) => print.toString('hex'));
    expect(new Set(prints).size).toBe(prints.length);
    expect(box.fingerprint('purpose', '1', 'code').toString('hex')).toBe(prints[0]);
  });

  it('has a key of its own in production', () => {
    const secret = 'x'.repeat(32);
    const env = {
      NODE_ENV: 'production',
      ALLOWED_ORIGINS: 'https://chat.example.com',
      JWT_ACCESS_SECRET: secret,
      JWT_REFRESH_SECRET: secret,
    };
    expect(() => loadUserConfig(env)).toThrow('SECRETS_KEY has the default value');
    expect(() => loadUserConfig({ ...env, SECRETS_KEY: 'short' })).toThrow('SECRETS_KEY is shorter');
  });
});
