import { generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto';
import { AppError } from '@app/contracts';
import { encode, forge, goodParts, tokenMutants, type Forged } from '@app/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens } from './access-tokens';
import { RevokedSessions } from './revoked-sessions';
import { SharedSecret, type TokenKeys } from './token-keys';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const SEED = Number(process.env.SEED ?? 20_261_121);
const KID = 'the-key';

/** One algorithm: its keys, and how to sign whatever one likes with the right one. */
interface Scheme {
  keys: TokenKeys;
  good: Forged;
  sign: (parts: Forged) => string;
  known: Record<string, string | Buffer>;
}

const parts = (header: Record<string, unknown>): Forged => {
  const good = goodParts({ id: 7, username: 'alice' });
  return { ...good, header: { ...good.header, ...header } };
};

const shared = (): Scheme => ({
  keys: new SharedSecret(SECRET),
  good: parts({}),
  sign: (forged) => forge(forged, SECRET),
  known: {
    'the secret, cut': SECRET.slice(0, -1),
    'the secret and a line end': `${SECRET}\n`,
    'the secret in capitals': SECRET.toUpperCase(),
    'the secret in base64': Buffer.from(SECRET).toString('base64'),
  },
});

function asymmetric(alg: 'EdDSA' | 'RS256', privateKey: KeyObject, publicKey: KeyObject): Scheme {
  const jwk = publicKey.export({ format: 'jwk' });
  return {
    keys: {
      algorithm: alg,
      find: (kid) => Promise.resolve(kid === KID ? publicKey : undefined),
    },
    good: parts({ alg, kid: KID }),
    sign: ({ header, payload }) => {
      const signed = `${encode(header)}.${encode(payload)}`;
      const hash = alg === 'RS256' ? 'sha256' : null;
      return `${signed}.${signBytes(hash, Buffer.from(signed), privateKey).toString('base64url')}`;
    },
    known: {
      'the public key (PEM)': publicKey.export({ type: 'spki', format: 'pem' }),
      'the public key (PEM, trimmed)': String(publicKey.export({ type: 'spki', format: 'pem' })).trim(),
      'the public key (DER)': publicKey.export({ type: 'spki', format: 'der' }),
      'the public key (JWK)': JSON.stringify(jwk),
      'the public key (JWK, with its names)': JSON.stringify({ ...jwk, kid: KID, alg, use: 'sig' }),
      'the number of the public key': Buffer.from(jwk.x ?? jwk.n ?? '', 'base64url'),
      'the number of the public key, as text': jwk.x ?? jwk.n ?? '',
      'the name of the key': KID,
      'the secret of the services': SECRET,
    },
  };
}

const schemes: Record<string, () => Scheme> = {
  HS256: shared,
  EdDSA: () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return asymmetric('EdDSA', privateKey, publicKey);
  },
  RS256: () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    return asymmetric('RS256', privateKey, publicKey);
  },
};

describe.each(Object.keys(schemes))('a verifier of %s', (name) => {
  let scheme: Scheme;
  let tokens: AccessTokens;

  beforeAll(() => {
    scheme = schemes[name]!();
    const settings = { issuer: 'chat-backend', audience: 'chat-backend', serviceSecret: SECRET };
    tokens = new AccessTokens({ ...settings, keys: scheme.keys }, new RevokedSessions());
  });

  it('accepts the token that all mutants are made from', async () => {
    expect((await tokens.verify(scheme.sign(scheme.good))).userId).toBe(7);
  });

  it(`accepts none of 2,000 and more mutants (SEED=${SEED})`, async () => {
    const mutants = tokenMutants({ ...scheme, seed: SEED });
    expect(mutants.length).toBeGreaterThan(2_000);
    const wrong: string[] = [];
    for (const { what, token } of mutants) {
      const outcome = await tokens.verify(token).then(
        () => 'accepted',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      );
      if (outcome !== 'AUTH_INVALID') wrong.push(`${outcome}: ${what}`);
    }
    expect(wrong).toEqual([]);
  });
});
