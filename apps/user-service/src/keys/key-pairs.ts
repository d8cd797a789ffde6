import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JwkDto } from '@app/contracts';
import { ConfigError, type Algorithm, type TokenKey, type TokenKeys } from '@app/platform';
import type { UserConfig } from '../config';
import { calculateJwkThumbprint, exportJWK } from 'jose';

const MIN_RSA_BITS = 2_048;

interface Pair {
  kid: string;
  private: KeyObject;
  public: KeyObject;
  jwk: JwkDto;
}

/**
 * EdDSA and RS256: the private keys, which exist in this service only. The first one signs, all are published: to rotate,
 * put the new key second, then first, then leave the old one out when its last token has expired.
 */
export class KeyPairs implements TokenKeys {
  readonly signing: { key: TokenKey; kid: string };
  private readonly byId: Map<string, Pair>;

  private constructor(
    readonly algorithm: Exclude<Algorithm, 'HS256'>,
    pairs: Pair[],
  ) {
    const [first] = pairs;
    if (!first) throw new ConfigError(`JWT_ALG is ${algorithm}; JWT_PRIVATE_KEYS must name a key file.`);
    this.signing = { key: first.private, kid: first.kid };
    this.byId = new Map(pairs.map((pair) => [pair.kid, pair]));
  }

  /** Throws ConfigError, which names the file that is wrong and what was expected. */
  static async load(algorithm: Exclude<Algorithm, 'HS256'>, files: string[]): Promise<KeyPairs> {
    return new KeyPairs(algorithm, await Promise.all(files.map((file) => readPair(algorithm, file))));
  }

  /** What everybody may know. */
  get published(): JwkDto[] {
    return [...this.byId.values()].map(({ jwk }) => jwk);
  }

  find(kid: string | undefined): Promise<TokenKey | undefined> {
    return Promise.resolve(kid === undefined ? undefined : this.byId.get(kid)?.public);
  }
}

/** Undefined with a shared secret. Throws ConfigError. */
export async function loadKeyPairs({ JWT_ALG, JWT_PRIVATE_KEYS }: UserConfig): Promise<KeyPairs | undefined> {
  return JWT_ALG === 'HS256' ? undefined : KeyPairs.load(JWT_ALG, JWT_PRIVATE_KEYS);
}

async function readPair(algorithm: Exclude<Algorithm, 'HS256'>, file: string): Promise<Pair> {
  const key = readPrivateKey(file);
  if (algorithm === 'EdDSA' && key.asymmetricKeyType !== 'ed25519')
    throw new ConfigError(
      `${file} must hold an Ed25519 key for JWT_ALG=EdDSA, not ${key.asymmetricKeyType ?? ''}.`,
    );
  if (algorithm === 'RS256' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
    throw new ConfigError(`${file} must hold an RSA key of ${MIN_RSA_BITS} bits or more for JWT_ALG=RS256.`);
  const publicKey = createPublicKey(key);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    private: key,
    public: publicKey,
    jwk: { ...jwk, kty: jwk.kty ?? '', kid, alg: algorithm, use: 'sig' },
  };
}

function readPrivateKey(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `JWT_PRIVATE_KEYS: ${file} cannot be read as a private key in PEM form (${reason}); make one with: openssl genpkey -algorithm ed25519 -out ${file}`,
    );
  }
}
