import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { Logger } from '@app/platform';
import { isUUID } from 'class-validator';
import { UserConfig } from '../config';
import { hashOf, issueRefreshToken, readRefreshToken, successorOf } from './refresh-token';
import { SessionRepository, type Client } from './session.repository';

/** A session and the refresh token that is now its latest. */
export interface OpenSession {
  sessionId: string;
  userId: number;
  refreshToken: string;
}

/** Sign-ins: one family of refresh tokens each, every token good for one trade. */
@Injectable()
export class SessionsService {
  private readonly logger: Logger;

  constructor(
    private readonly config: UserConfig,
    private readonly sessions: SessionRepository,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'Sessions' });
  }

  /** Starts a session for a user who has proved who they are. */
  async open(userId: number, client: Client): Promise<OpenSession> {
    const sessionId = randomUUID();
    const refreshToken = issueRefreshToken(this.config.JWT_REFRESH_SECRET, sessionId);
    await this.sessions.insert(
      sessionId,
      userId,
      hashOf(refreshToken),
      client,
      this.config.REFRESH_TOKEN_TTL,
    );
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

    if (await this.sessions.revoke(sessionId)) {
      this.logger.warn('a refresh token was used twice: the session has been ended', { sessionId });
    }
    throw notAlive();
  }

  /** Ends the session; nothing happens when it has ended already. */
  async close(sessionId: string): Promise<void> {
    if (isUUID(sessionId)) await this.sessions.revoke(sessionId);
  }

  /** Whether the session has neither ended nor expired. */
  async isAlive(sessionId: string, userId: number): Promise<boolean> {
    return isUUID(sessionId) && (await this.sessions.isAlive(sessionId, userId));
  }
}

/** The refresh token is of no use any more. */
export const notAlive = () =>
  new AppError('AUTH_INVALID', 'the refresh token is expired, used or not valid; log in again');
