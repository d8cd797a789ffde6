import { unavailable } from '@app/contracts';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { Algorithm, TokenKey, TokenKeys } from './token-keys';

export const JWKS_PATH = '/auth/.well-known/jwks.json';
const DEADLINE_MS = 2_000;
/** A key that was withdrawn is trusted for this long at most. */
const REFRESH_MS = 60_000;
/** Tokens that name keys which do not exist must not become requests, one each. */
const COOLDOWN_MS = 2_000;

/**
 * EdDSA and RS256: the public keys of the user service, which alone can sign. Fetched when first needed, again when a
 * token names an unknown key, and every minute in use; while the user service is away, the known keys stay good.
 */
export class RemoteKeys implements TokenKeys {
  private keys = new Map<string, TokenKey>();
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;
  private fetching: Promise<boolean> | undefined;
  private calls = 0;

  constructor(
    readonly algorithm: Exclude<Algorithm, 'HS256'>,
    private readonly origins: string[],
  ) {}

  async find(kid: string | undefined): Promise<TokenKey | undefined> {
    if (kid === undefined) return undefined;
    const now = performance.now();
    const key = this.keys.get(kid);
    if (key && now - this.fetchedAt < REFRESH_MS) return key;
    const fetched = await this.refresh(now);
    if (!fetched && this.keys.size === 0)
      throw unavailable('the user service, which has the keys of the tokens,');
    return this.keys.get(kid);
  }

  /** False when the keys could not be had. Callers at the same time share one request. */
  private refresh(now: number): Promise<boolean> {
    if (this.fetching) return this.fetching;
    if (now - this.triedAt < COOLDOWN_MS) return Promise.resolve(this.keys.size > 0);
    this.triedAt = now;
    this.fetching = this.fetchKeys().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async fetchKeys(): Promise<boolean> {
    for (const _ of this.origins) {
      const origin = this.origins[this.calls++ % this.origins.length] ?? '';
      const set = await fetchJson(origin + JWKS_PATH);
      if (!set) continue;
      this.keys = await this.importAll(set.keys);
      this.fetchedAt = performance.now();
      return true;
    }
    return false;
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
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!response.ok) return undefined;
    const body = (await response.json()) as { keys?: unknown };
    return Array.isArray(body.keys) ? { keys: body.keys as JWK[] } : undefined;
  } catch {
    return undefined;
  }
}
