import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AppError } from '@app/contracts';

/** Fixed by us, never read from a token: algorithm, type, issuer and audience of everything we sign. */
export const TOKEN_RULES = {
  algorithm: 'HS256',
  issuer: 'chat-backend',
  accessType: 'at+jwt',
  serviceType: 'service+jwt',
  audience: 'chat-backend',
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

/** A token longer than this is refused before anything parses it. */
const MAX_TOKEN_LENGTH = 4_096;
const SERVICE_TOKEN_SECONDS = 60;

interface Complete {
  header: { alg: string; typ?: string };
  payload: { sub?: string; username?: string; sid?: string; roles?: string[]; exp?: number };
}

/** Signs and verifies the tokens that pass between clients and services, and between services. */
@Injectable()
export class AccessTokens {
  constructor(private readonly jwt: JwtService) {}

  /** An access token for a signed-in user, valid for `ttlSeconds`. */
  sign(user: Omit<Principal, 'expiresAt'>, ttlSeconds: number): string {
    return this.jwt.sign(
      { username: user.username, sid: user.sessionId, roles: user.roles },
      this.signOptions(TOKEN_RULES.accessType, String(user.userId), TOKEN_RULES.audience, ttlSeconds),
    );
  }

  /** A one-minute token that lets `caller` use the service-only routes of `target`. */
  signService(caller: string, target: string): string {
    return this.jwt.sign(
      {},
      this.signOptions(TOKEN_RULES.serviceType, caller, target, SERVICE_TOKEN_SECONDS),
    );
  }

  /** The principal of an access token, with or without `Bearer `. Throws AUTH_INVALID. */
  verify(token: unknown): Principal {
    const { payload } = this.open(token, TOKEN_RULES.accessType, TOKEN_RULES.audience);
    const userId = Number(payload.sub);
    if (!Number.isSafeInteger(userId) || userId < 1 || payload.sid === undefined || payload.exp === undefined)
      throw invalid();
    return {
      userId,
      username: payload.username ?? '',
      sessionId: payload.sid,
      roles: payload.roles ?? [],
      expiresAt: payload.exp * 1_000,
    };
  }

  /** Throws AUTH_INVALID unless the token was made by a service of ours for the service called `self`. */
  verifyService(token: unknown, self: string): void {
    this.open(token, TOKEN_RULES.serviceType, self);
  }

  private open(token: unknown, type: string, audience: string): Complete {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw invalid();
    let opened: Complete;
    try {
      opened = this.jwt.verify<Complete>(token.replace(/^Bearer /i, ''), {
        algorithms: [TOKEN_RULES.algorithm],
        issuer: TOKEN_RULES.issuer,
        audience,
        clockTolerance: TOKEN_RULES.clockToleranceSeconds,
        complete: true,
      });
    } catch {
      throw invalid();
    }
    if (opened.header.typ !== type) throw invalid();
    return opened;
  }

  private signOptions(typ: string, subject: string, audience: string, expiresIn: number) {
    const { algorithm, issuer } = TOKEN_RULES;
    return { algorithm, issuer, subject, audience, expiresIn, notBefore: 0, header: { alg: algorithm, typ } };
  }
}

const invalid = () => new AppError('AUTH_INVALID', 'the access token is missing, expired or not valid');
