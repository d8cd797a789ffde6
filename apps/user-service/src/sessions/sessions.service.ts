import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError, notFound, type RevocationReason, type SessionInfoDto } from '@app/contracts';
import { Logger, TOKEN_RULES, type Principal, type SessionCheck } from '@app/platform';
import { isUUID } from 'class-validator';
import { SecurityLog } from '../audit/security-log.service';
import { UserConfig } from '../config';
import type { Announce, Transaction } from '../outbox/outbox';
import { deviceOf } from './device';
import { hashOf, issueRefreshToken, readRefreshToken, successorOf } from './refresh-token';
import { RevocationRepository, type Which } from './revocation.repository';
import { SessionRepository, type Client } from './session.repository';
import { toSessionInfo } from './session.view';

/** A session and the refresh token that is now its latest. */
export interface OpenSession {
  sessionId: string;
  userId: number;
  refreshToken: string;
}

/** Sign-ins: one family of refresh tokens each, every token good for one trade. */
@Injectable()
export class SessionsService implements SessionCheck {
  private readonly logger: Logger;

  constructor(
    private readonly config: UserConfig,
    private readonly sessions: SessionRepository,
    private readonly revocations: RevocationRepository,
    private readonly security: SecurityLog,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'Sessions' });
  }

  /** Starts a session for a user who has proved who they are. Beyond the limit, the one unused for longest ends. */
  async open(userId: number, client: Client): Promise<OpenSession> {
    const sessionId = randomUUID();
    const refreshToken = issueRefreshToken(this.config.JWT_REFRESH_SECRET, sessionId);
    const ttl = this.config.REFRESH_TOKEN_TTL;
    const alive = await this.sessions.insert(sessionId, userId, hashOf(refreshToken), client, ttl);
    if (alive === null) throw notAlive();
    const device = await this.newDevice(sessionId, userId, client);
    await this.security.record({ kind: 'session.started', userId, client, details: { sessionId } });
    if (device !== null)
      await this.security.record({
        ...{ kind: 'session.new-device', userId, client },
        details: { sessionId, device },
      });
    const limit = this.config.MAX_SESSIONS_PER_USER;
    if (alive > limit) await this.endSome(userId, { beyond: limit }, 'too-many');
    return { sessionId, userId, refreshToken };
  }

  /**
   * Trades a refresh token. The same token again within the grace period gives the same successor (the answer may
   * have been lost, or several tabs asked at once); after that somebody has a copy, and the session ends.
   * Throws AUTH_INVALID for a token that is not alive.
   */
  async refresh(refreshToken: string, client: Client): Promise<OpenSession> {
    const { JWT_REFRESH_SECRET: key, REFRESH_TOKEN_TTL: ttlSeconds, REFRESH_TOKEN_GRACE } = this.config;
    const presented = readRefreshToken(key, refreshToken);
    if (!presented) throw notAlive();
    const { sessionId, hash } = presented;
    const successor = successorOf(key, refreshToken);
    const userId =
      (await this.sessions.rotate({
        sessionId,
        presented: hash,
        next: hashOf(successor),
        client,
        ttlSeconds,
      })) ?? (await this.sessions.findRecentlyRotated(sessionId, hash, REFRESH_TOKEN_GRACE));
    if (userId !== null) return { sessionId, userId, refreshToken: successor };
    await this.endReplayed(sessionId, client);
    throw notAlive();
  }

  /** The live session that a refresh token is the latest of; the token stays as it is. */
  async findHolder(refreshToken: string): Promise<{ sessionId: string; userId: number } | null> {
    const presented = readRefreshToken(this.config.JWT_REFRESH_SECRET, refreshToken);
    if (!presented) return null;
    const { sessionId, hash } = presented;
    const userId = await this.sessions.findHolder(sessionId, hash);
    return userId === null ? null : { sessionId, userId };
  }

  /** The caller as they are now. Throws AUTH_INVALID when the session has ended, or its owner may not sign in any more. */
  async current(principal: Principal): Promise<Principal> {
    const { sessionId, userId } = principal;
    const owner = isUUID(sessionId) ? await this.sessions.findOwner(sessionId, userId) : null;
    if (!owner) throw new AppError('AUTH_INVALID', 'the session has ended, log in again');
    return { ...principal, ...owner };
  }

  async list({ userId, sessionId }: Principal): Promise<SessionInfoDto[]> {
    return (await this.sessions.listAlive(userId)).map((session) => toSessionInfo(session, sessionId));
  }

  /** Throws NOTFOUND when the user has no such live session. */
  async endOwn(userId: number, sessionId: string): Promise<void> {
    if ((await this.end(sessionId, userId, 'revoked')) === 0) throw notFound('session');
  }

  /** How many sessions this has ended: one or none. */
  end(sessionId: string, userId: number, reason: RevocationReason): Promise<number> {
    return this.endSome(userId, { sessionId }, reason);
  }

  /** How many sessions this has ended. Their tokens are dead at once here, elsewhere as soon as the news is there. */
  endAll(userId: number, reason: RevocationReason, { except }: { except?: string } = {}): Promise<number> {
    return this.endSome(userId, { except }, reason);
  }

  /** The same, in a transaction that does more than this; and nothing else tells of it. */
  async endAllWithin(
    transaction: Transaction,
    announce: Announce,
    userId: number,
    reason: RevocationReason,
    { except }: { except?: string } = {},
  ): Promise<void> {
    const which = { except };
    await this.revocations.endWithin(transaction, announce, userId, which, reason, tokenSeconds(this.config));
  }

  /**
   * The device, if it is none that the user has signed in with before; null for the first sign-in of an account. Never rejects:
   * nobody is kept out because this cannot be known.
   */
  private async newDevice(sessionId: string, userId: number, { userAgent }: Client): Promise<string | null> {
    const device = deviceOf(userAgent);
    try {
      const earlier = await this.sessions.listEarlierAgents(sessionId, userId);
      if (earlier.some((agent) => deviceOf(agent) === device)) return null;
      // Sessions are forgotten earlier than the log.
      const isFirst = earlier.length === 0 && !(await this.security.knows(userId, 'session.started'));
      return isFirst ? null : device;
    } catch (error) {
      this.logger.warn('whether a device is new could not be looked up', error);
      return null;
    }
  }

  private async endSome(userId: number, which: Which, reason: RevocationReason): Promise<number> {
    const ended = await this.revocations.end(userId, which, reason, tokenSeconds(this.config));
    if (ended.length > 0)
      await this.security.record({
        kind: 'session.ended',
        userId,
        details: { reason, sessions: ended.length },
      });
    return ended.length;
  }

  private async endReplayed(sessionId: string, client: Client): Promise<void> {
    const userId = await this.sessions.findUserOf(sessionId);
    if (userId === null || (await this.end(sessionId, userId, 'replayed')) === 0) return;
    await this.security.record({ kind: 'session.replayed', userId, client, details: { sessionId } });
    this.logger.warn('a refresh token was used twice: the session has been ended', { sessionId });
  }
}

/** How long after the end of a session a token of it may still be valid by its dates. */
export const tokenSeconds = ({ ACCESS_TOKEN_TTL }: UserConfig) =>
  ACCESS_TOKEN_TTL + TOKEN_RULES.clockToleranceSeconds;

/** The refresh token is of no use any more. */
export const notAlive = () =>
  new AppError('AUTH_INVALID', 'the refresh token is expired, used or not valid; log in again');
