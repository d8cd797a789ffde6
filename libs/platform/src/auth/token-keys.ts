import { createSecretKey } from 'node:crypto';
import type { CryptoKey, KeyObject } from 'jose';

export const ALGORITHMS = ['HS256', 'EdDSA', 'RS256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export type TokenKey = CryptoKey | KeyObject;

/** The keys of the access tokens. Which algorithm counts is settled here, by configuration, and never read from a token. */
export interface TokenKeys {
  readonly algorithm: Algorithm;
  /** The key that a token with this `kid` must be signed by, or undefined. Rejects with UNAVAILABLE when it cannot be told now. */
  find(kid: string | undefined): Promise<TokenKey | undefined>;
  /** What new tokens are signed with; absent in a process that only verifies. */
  readonly signing?: { key: TokenKey; kid?: string };
}

/** HS256: whoever can verify can also sign, and all services share one secret. The default, because it needs no set-up. */
export class SharedSecret implements TokenKeys {
  readonly algorithm = 'HS256';
  readonly signing: { key: TokenKey };

  constructor(secret: string) {
    this.signing = { key: createSecretKey(secret, 'utf8') };
  }

  find(kid: string | undefined): Promise<TokenKey | undefined> {
    return Promise.resolve(kid === undefined ? this.signing.key : undefined);
  }
}
