import { Injectable } from '@nestjs/common';
import { AppError, type SessionDto } from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { UserConfig } from '../config';
import { notAlive, SessionsService, type OpenSession } from '../sessions/sessions.service';
import { UsersService, type Account } from '../users/users.service';

/** Where a request comes from. */
export interface Client {
  ip: string;
  userAgent: string;
}

/** Gives those who have proved who they are what they go on with: a session and its tokens. */
@Injectable()
export class SessionIssuer {
  constructor(
    private readonly config: UserConfig,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly tokens: AccessTokens,
  ) {}

  /**
   * `stillProven` is asked when the session is there: had the proof become void just before, the end of all sessions
   * would have missed this one. Throws AUTH_INVALID.
   */
  async open(
    userId: number,
    client: Client,
    stillProven: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<SessionDto> {
    const session = await this.sessions.open(userId, client);
    const account = await this.users.findAccount(userId);
    if (account && (await stillProven())) return this.answer(account, session);
    await this.sessions.end(session.sessionId, userId, 'password-changed');
    throw new AppError('AUTH_INVALID', 'what you signed in with has been changed, log in again');
  }

  /** Throws AUTH_INVALID for a token that is not alive. */
  async refresh(refreshToken: string, client: Client): Promise<SessionDto> {
    const session = await this.sessions.refresh(refreshToken, client);
    const account = await this.users.findAccount(session.userId);
    if (account?.user.status === 'active') return this.answer(account, session);
    throw notAlive();
  }

  private async answer(
    { user, roles }: Account,
    { sessionId, refreshToken }: OpenSession,
  ): Promise<SessionDto> {
    const expiresIn = this.config.ACCESS_TOKEN_TTL;
    const accessToken = await this.tokens.sign(
      { userId: user.user_id, username: user.username, sessionId, roles },
      expiresIn,
    );
    return { accessToken, refreshToken, expiresIn, user };
  }
}
