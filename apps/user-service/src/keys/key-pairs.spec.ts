import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '@app/platform';
import { afterAll, describe, expect, it } from 'vitest';
import { KeyPairs } from './key-pairs';

const folder = mkdtempSync(path.join(tmpdir(), 'key-pairs-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

function file(name: string, content: KeyObject | string): string {
  const place = path.join(folder, name);
  writeFileSync(
    place,
    typeof content === 'string' ? content : content.export({ type: 'pkcs8', format: 'pem' }),
  );
  return place;
}

const ed25519 = () => generateKeyPairSync('ed25519').privateKey;
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;

describe('the keys that tokens are signed with', () => {
  it('are read from files: the first signs, all are published, each under the name that follows from it', async () => {
    const [a, b] = [file('a.pem', ed25519()), file('b.pem', ed25519())];
    const one = await KeyPairs.load('EdDSA', [a, b]);
    const other = await KeyPairs.load('EdDSA', [b, a]);
    expect(one.published.map(({ kid }) => kid)).toEqual(other.published.map(({ kid }) => kid).reverse());
    expect(one.signing.kid).toBe(one.published[0]?.kid);
    expect(one.published[0]).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: expect.any(String),
      kid: expect.stringMatching(/^[\w-]{43}$/),
      alg: 'EdDSA',
      use: 'sig',
    });
  });

  it.each<[string, 'EdDSA' | 'RS256', () => string[], string]>([
    ['no file', 'EdDSA', () => [], 'JWT_PRIVATE_KEYS'],
    ['a file that does not exist', 'EdDSA', () => [path.join(folder, 'missing.pem')], 'missing.pem'],
    ['a file without a key', 'EdDSA', () => [file('text.pem', 'hello')], 'text.pem'],
    ['an RSA key for EdDSA', 'EdDSA', () => [file('rsa.pem', rsa(2_048))], 'must hold an Ed25519 key'],
    ['an Ed25519 key for RS256', 'RS256', () => [file('ed.pem', ed25519())], 'must hold an RSA key'],
    ['a short RSA key', 'RS256', () => [file('short.pem', rsa(1_024))], '2048 bits'],
  ])('refuse to start with %s, saying what was expected', async (_what, algorithm, files, expected) => {
    const attempt = KeyPairs.load(algorithm, files());
    await expect(attempt).rejects.toThrow(ConfigError);
    await expect(attempt).rejects.toThrow(expected);
  });
});
