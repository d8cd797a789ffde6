import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@app/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JWKS_PATH, RemoteKeys } from './remote-keys';

const jwk = (kid: string, alg = 'EdDSA') => ({
  ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});

describe('the keys of the user service', () => {
  let published: object[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    response.statusCode = request.url === JWKS_PATH ? 200 : 404;
    response.end(JSON.stringify({ keys: published }));
  });
  const nobody = 'http://127.0.0.1:1';
  let origin = '';

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    published = [jwk('a')];
    asked = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  afterEach(async () => {
    vi.useRealTimers();
    if (server.listening) await close();
  });

  const known = async (keys: RemoteKeys, kid?: string) => (await keys.find(kid)) !== undefined;

  it('are fetched once, however many tokens there are', async () => {
    const keys = new RemoteKeys('EdDSA', [origin]);
    expect(await Promise.all(Array.from({ length: 20 }, () => known(keys, 'a')))).not.toContain(false);
    expect(await known(keys, 'a')).toBe(true);
    expect(asked).toBe(1);
  });

  it('are looked up again for a name that is new, but not for each made-up one', async () => {
    const keys = new RemoteKeys('EdDSA', [origin]);
    await keys.find('a');
    published.push(jwk('b'));
    vi.advanceTimersByTime(2_001);
    expect(await known(keys, 'b')).toBe(true);
    const madeUp = Array.from({ length: 50 }, (_, index) => known(keys, `made-up-${index}`));
    expect(new Set(await Promise.all(madeUp))).toEqual(new Set([false]));
    expect(asked).toBe(3);
  });

  it('are waited for when a new one is put to use right after a look', async () => {
    const keys = new RemoteKeys('EdDSA', [origin]);
    await keys.find('a');
    published.push(jwk('b'));
    expect(await known(keys, 'b')).toBe(true);
  });

  it('are forgotten within a minute after they were withdrawn', async () => {
    const keys = new RemoteKeys('EdDSA', [origin]);
    await keys.find('a');
    published = [jwk('b')];
    expect(await known(keys, 'a')).toBe(true);
    vi.advanceTimersByTime(60_001);
    expect(await known(keys, 'a')).toBe(false);
  });

  it('stay good while the user service is away', async () => {
    const keys = new RemoteKeys('EdDSA', [origin]);
    await keys.find('a');
    await close();
    vi.advanceTimersByTime(600_000);
    expect(await known(keys, 'a')).toBe(true);
  });

  it('come from another instance when one is away', async () => {
    expect(await known(new RemoteKeys('EdDSA', [nobody, origin]), 'a')).toBe(true);
  });

  it('that cannot be had at all make UNAVAILABLE, not a refusal of the token', async () => {
    const error: unknown = await new RemoteKeys('EdDSA', [nobody])
      .find('a')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('UNAVAILABLE');
  });

  it('of another algorithm, or asked for without a name, are none', async () => {
    published = [jwk('a', 'RS256')];
    const keys = new RemoteKeys('EdDSA', [origin]);
    expect(await known(keys, 'a')).toBe(false);
    expect(await known(keys, undefined)).toBe(false);
  });
});
