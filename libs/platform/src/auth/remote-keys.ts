import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '@app/contracts';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import { ask } from '../http/ask';
import type { Algorithm, TokenKey, TokenKeys } from './token-keys';

export const JWKS_PATH = '/auth/.well-known/jwks.json';
const DEADLINE_MS = 2_000;
/** A key that was withdrawn is trusted for this long at most. */
const REFRESH_MS = 60_000;
/** Tokens that name keys which do not exist must not become requests, one each. */
const COOLDOWN_MS = 1_000;

const since = (time: number) => performance.now() - time;

/**
 * EdDSA and RS256: the public keys of the user service, which alone can sign. Fetched when first needed, again when a
 * token names an unknown key, and every minute in use; while the user service is away, the known keys stay good.
 */
export class RemoteKeys implements TokenKeys {
  private keys = new Map<string, TokenKey>();
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;
  private fetching: Promise<void> | undefined;
  private waiting: Promise<void> | undefined;
  private calls = 0;

  constructor(
    readonly algorithm: Exclude<Algorithm, 'HS256'>,
    private readonly origins: string[],
  ) {}

  async find(kid: string | undefined): Promise<TokenKey | undefined> {
    if (kid === undefined) return undefined;
    if (!this.keys.has(kid)) await this.lookAgain();
    else if (since(this.fetchedAt) >= REFRESH_MS && since(this.triedAt) >= COOLDOWN_MS)
      await this.fetchOnce();
    if (this.fetchedAt === -Infinity)
      throw unavailable('the user service, which has the keys of the tokens,');
    return this.keys.get(kid);
  }

  /** A new name may be that of a key which was just put to use: it waits its turn rather than being refused. All that wait share one request. */
  private lookAgain(): Promise<void> {
    this.waiting ??= this.fetchAfterPause().finally(() => (this.waiting = undefined));
    return this.waiting;
  }

  private async fetchAfterPause(): Promise<void> {
    const rest = COOLDOWN_MS - since(this.triedAt);
    if (rest > 0) await delay(rest);
    await this.fetchOnce();
  }

  /** Callers at the same time share one request. */
  private fetchOnce(): Promise<void> {
    if (!this.fetching) {
      this.triedAt = performance.now();
      this.fetching = this.fetchKeys().finally(() => (this.fetching = undefined));
    }
    return this.fetching;
  }

  private async fetchKeys(): Promise<void> {
    for (const _ of this.origins) {
      const origin = this.origins[this.calls++ % this.origins.length] ?? '';
      const set = await fetchJson(origin + JWKS_PATH);
      if (!set) continue;
      this.keys = await this.importAll(set.keys);
      this.fetchedAt = performance.now();
      return;
    }
  }

  private async importAll(keys: JWK[]): Promise<Map<string, TokenKey>> {
    const usable = keys.filter(({ alg, kid }) => alg === this.algorithm && typeof kid === 'string');
    const imported = await Promise.all(
      usable.map(
        async (jwk) => [jwk.kid ?? '', (await importJWK(jwk, this.algorithm)) as CryptoKey] as const,
      ),
    );
    return new Map(imported);
  }
}

async function fetchJson(url: string): Promise<{ keys: JWK[] } | undefined> {
  try {
    const { status, text } = await ask(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (status !== 200) return undefined;
    const body = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(body.keys) ? { keys: body.keys as JWK[] } : undefined;
  } catch {
    return undefined;
  }
}
