import { createSecretKey } from 'node:crypto';
import { AppError } from '@app/contracts';
import { errors, jwtVerify, SignJWT, type JWTHeaderParameters, type JWTVerifyResult } from 'jose';
import { RevokedSessions } from './revoked-sessions';
import { SharedSecret, type TokenKey, type TokenKeys } from './token-keys';

/** Fixed by us, never read from a token. Issuer and audience are settings: tokens of one system are of no use in another. */
export const TOKEN_RULES = {
  accessType: 'at+jwt',
  serviceType: 'service+jwt',
  serviceAlgorithm: 'HS256',
  clockToleranceSeconds: 5,
} as const;

/** Who calls. */
export interface Principal {
  userId: number;
  username: string;
  /** The session the token belongs to; its end ends the token. */
  sessionId: string;
  roles: string[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export interface TokenSettings {
  issuer: string;
  audience: string;
  keys: TokenKeys;
  /** Signs what services say to each other, whatever the access tokens are signed with. */
  serviceSecret: string;
}

/** A token longer than this is refused before anything parses it. */
const MAX_TOKEN_LENGTH = 4_096;
const SERVICE_TOKEN_SECONDS = 60;
/** Header parameters that we write. Others (`jku`, `jwk`, `x5u`, `crit`, …) offer keys or rules of the sender's choice. */
const HEADER_PARAMETERS = new Set(['alg', 'typ', 'kid']);
const REMEMBERED_TOKENS = 5_000;
/** Then the signature is checked again: its key may have been withdrawn. */
const REMEMBERED_MS = 60_000;
const TOLERANCE_MS = TOKEN_RULES.clockToleranceSeconds * 1_000;

interface Claims {
  sub?: unknown;
  username?: unknown;
  sid?: unknown;
  roles?: unknown;
  exp?: number;
}

/** Signs and verifies the tokens that pass between clients and services, and between services. */
export class AccessTokens {
  private readonly serviceKey: TokenKey;
  /** Verified before: a client brings the same token with each request, and a signature takes a tenth of a millisecond. */
  private readonly known = new Map<string, { principal: Principal; until: number }>();

  constructor(
    private readonly settings: TokenSettings,
    private readonly revoked: RevokedSessions,
  ) {
    this.serviceKey = createSecretKey(settings.serviceSecret, 'utf8');
  }

  /** With one shared secret, as the default settings have it. */
  static withSecret(secret: string): AccessTokens {
    const settings = { issuer: 'chat-backend', audience: 'chat-backend', serviceSecret: secret };
    return new AccessTokens({ ...settings, keys: new SharedSecret(secret) }, new RevokedSessions());
  }

  /** An access token for a signed-in user, valid for `ttlSeconds`. */
  sign(user: Omit<Principal, 'expiresAt'>, ttlSeconds: number): Promise<string> {
    const { keys, audience } = this.settings;
    if (!keys.signing) throw new Error('this process has no key to sign with');
    const { key, kid } = keys.signing;
    const header = { alg: keys.algorithm, typ: TOKEN_RULES.accessType, ...(kid !== undefined && { kid }) };
    const claims = { username: user.username, sid: user.sessionId, roles: user.roles };
    return this.seal(claims, String(user.userId), audience, ttlSeconds, header, key);
  }

  /** A one-minute token that lets `caller` use the service-only routes of `target`. */
  signService(caller: string, target: string): Promise<string> {
    const header = { alg: TOKEN_RULES.serviceAlgorithm, typ: TOKEN_RULES.serviceType };
    return this.seal({}, caller, target, SERVICE_TOKEN_SECONDS, header, this.serviceKey);
  }

  /** The principal of an access token, with or without `Bearer `. Throws AUTH_INVALID. */
  async verify(token: unknown): Promise<Principal> {
    const text = plain(token);
    const principal = this.recall(text) ?? (await this.open(text));
    if (this.revoked.has(principal.sessionId)) throw invalid();
    return principal;
  }

  /** Throws AUTH_INVALID unless the token was made by a service of ours for the service called `self`. */
  async verifyService(token: unknown, self: string): Promise<void> {
    await this.check(plain(token), TOKEN_RULES.serviceAlgorithm, TOKEN_RULES.serviceType, self, (kid) =>
      Promise.resolve(kid === undefined ? this.serviceKey : undefined),
    );
  }

  private async open(token: string): Promise<Principal> {
    const { keys, audience } = this.settings;
    const { payload } = await this.check(token, keys.algorithm, TOKEN_RULES.accessType, audience, (kid) =>
      keys.find(kid),
    );
    const principal = principalOf(payload);
    if (!principal) throw invalid();
    this.remember(token, principal);
    return principal;
  }

  private async check(
    token: string,
    algorithm: string,
    typ: string,
    audience: string,
    find: (kid: string | undefined) => Promise<TokenKey | undefined>,
  ): Promise<JWTVerifyResult<Claims>> {
    try {
      const verified = await jwtVerify<Claims>(token, (header) => keyFor(header, find), {
        algorithms: [algorithm],
        audience,
        issuer: this.settings.issuer,
        clockTolerance: TOKEN_RULES.clockToleranceSeconds,
        requiredClaims: ['sub', 'iat', 'nbf', 'exp'],
      });
      // By the letter: the standard would also take a list of audiences, and a type in other spellings.
      if (verified.protectedHeader.typ !== typ || verified.payload.aud !== audience) throw invalid();
      return verified;
    } catch (error) {
      // UNAVAILABLE, when the keys cannot be had; what else is wrong is the token's fault.
      throw error instanceof AppError ? error : invalid();
    }
  }

  private seal(
    claims: object,
    subject: string,
    audience: string,
    ttlSeconds: number,
    header: JWTHeaderParameters,
    key: TokenKey,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({ ...claims })
      .setProtectedHeader(header)
      .setIssuer(this.settings.issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + ttlSeconds)
      .sign(key);
  }

  private recall(token: string): Principal | undefined {
    const found = this.known.get(token);
    if (!found || found.until > Date.now()) return found?.principal;
    this.known.delete(token);
    return undefined;
  }

  private remember(token: string, principal: Principal): void {
    if (this.known.size >= REMEMBERED_TOKENS) {
      const oldest = this.known.keys().next();
      if (!oldest.done) this.known.delete(oldest.value);
    }
    const until = Math.min(Date.now() + REMEMBERED_MS, principal.expiresAt + TOLERANCE_MS);
    this.known.set(token, { principal, until });
  }
}

function principalOf({ sub, username, sid, roles, exp }: Claims): Principal | undefined {
  const userId = typeof sub === 'string' && /^[1-9]\d{0,15}$/.test(sub) ? Number(sub) : NaN;
  if (!Number.isSafeInteger(userId) || typeof sid !== 'string' || sid === '' || exp === undefined)
    return undefined;
  return {
    userId,
    username: typeof username === 'string' ? username : '',
    sessionId: sid,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    expiresAt: exp * 1_000,
  };
}

/** The token itself. A token has one spelling: base64url decoding is lenient, and what we did not write is not ours. */
function plain(token: unknown): string {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw invalid();
  const text = token.replace(/^Bearer /i, '');
  const parts = text.split('.');
  if (
    parts.length !== 3 ||
    parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part)
  )
    throw invalid();
  return text;
}

async function keyFor(
  header: JWTHeaderParameters,
  find: (kid: string | undefined) => Promise<TokenKey | undefined>,
): Promise<TokenKey> {
  if (Object.keys(header).some((name) => !HEADER_PARAMETERS.has(name))) throw new errors.JWSInvalid('header');
  const key = await find(header.kid);
  if (!key) throw new errors.JWKSNoMatchingKey();
  return key;
}

const invalid = () => new AppError('AUTH_INVALID', 'the access token is missing, expired or not valid');
