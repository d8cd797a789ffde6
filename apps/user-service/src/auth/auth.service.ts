import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  type LoginDto,
  type RegisterDto,
  type SessionDto,
  type UserDto,
} from '@app/contracts';
import { AccessTokens, type Principal } from '@app/platform';
import { UserConfig } from '../config';
import { PasswordHasher } from '../passwords/password-hasher';
import { SecondFactorService } from '../second-factor/second-factor.service';
import { notAlive, SessionsService, type OpenSession } from '../sessions/sessions.service';
import { UsersService, type Account } from '../users/users.service';
import { checkRegistration } from './registration-rules';

/** Where a request comes from. */
interface Client {
  ip: string;
  userAgent: string;
}

@Injectable()
export class AuthService {
  constructor(
    private readonly config: UserConfig,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly passwords: PasswordHasher,
    private readonly secondFactor: SecondFactorService,
    private readonly tokens: AccessTokens,
  ) {}

  /** Throws BAD_REQUEST or CONFLICT naming the field. */
  async register(form: RegisterDto): Promise<UserDto> {
    checkRegistration(form);
    return this.users.create({
      username: form.username.normalize('NFC'),
      email: form.email,
      passwordHash: await this.passwords.hash(form.password),
      fullName: form.fullName ?? null,
      avatarUrl: form.avatar_url ?? null,
      phone: form.phone ?? null,
    });
  }

  /** Unknown user, wrong password and suspended account get the same AUTH_INVALID after the same work. */
  async login({ email, username, password, code }: LoginDto, client: Client): Promise<SessionDto> {
    const identifier = email || username?.normalize('NFC');
    if (!identifier) throw badRequest('email', 'or username is needed');
    const account = await this.users.findAccountByIdentifier(identifier);
    const matches = await this.passwords.verify(account?.passwordHash, password);
    if (!account || !matches || account.user.status !== 'active') {
      throw new AppError('AUTH_INVALID', 'the email, username or password is wrong');
    }
    await this.secondFactor.check(account.user.user_id, code, client);
    if (this.passwords.isOutdated(account.passwordHash)) {
      await this.users.upgradeHash(account, await this.passwords.hash(password));
    }
    return this.answer(account, await this.sessions.open(account.user.user_id, client));
  }

  /** Throws AUTH_INVALID for a token that is not alive. */
  async refresh(refreshToken: string, client: Client): Promise<SessionDto> {
    const session = await this.sessions.refresh(refreshToken, client);
    const account = await this.users.findAccount(session.userId);
    if (account?.user.status === 'active') return this.answer(account, session);
    throw notAlive();
  }

  async logout({ sessionId, userId }: Principal): Promise<void> {
    await this.sessions.end(sessionId, userId, 'logout');
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
