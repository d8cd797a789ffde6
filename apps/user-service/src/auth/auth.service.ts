import { Injectable } from '@nestjs/common';
import { AppError, type LoginDto, type SessionDto } from '@app/contracts';
import type { Principal } from '@app/platform';
import { SecurityLog } from '../audit/security-log.service';
import { UserConfig } from '../config';
import { PasswordHasher } from '../passwords/password-hasher';
import { SecondFactorService } from '../second-factor/second-factor.service';
import { SessionsService } from '../sessions/sessions.service';
import { CredentialsRepository, type Credentials } from './credentials.repository';
import { LoginAttempts } from './login-attempts.service';
import { RecoveryService } from './recovery.service';
import { SessionIssuer, type Client } from './session-issuer.service';
import { isNamed, oneSpelling, signInName } from './sign-in-name';

@Injectable()
export class AuthService {
  constructor(
    private readonly config: UserConfig,
    private readonly credentials: CredentialsRepository,
    private readonly passwords: PasswordHasher,
    private readonly attempts: LoginAttempts,
    private readonly recovery: RecoveryService,
    private readonly secondFactor: SecondFactorService,
    private readonly issuer: SessionIssuer,
    private readonly sessions: SessionsService,
    private readonly security: SecurityLog,
  ) {}

  /**
   * Unknown user, wrong password and suspended account get the same AUTH_INVALID after the same work, or the same
   * RATE_LIMITED. `heldToken`: the refresh token of a session that the device has already.
   */
  async login(form: LoginDto, client: Client, heldToken?: string): Promise<SessionDto> {
    const proven = await this.provePassword(form, client, heldToken);
    await this.requireVerifiedEmail(proven);
    await this.secondFactor.check(proven.userId, form.code, client);
    return this.issuer.open(proven.userId, client, () => this.credentials.isCurrent(proven));
  }

  /** Throws AUTH_INVALID for a token that is not alive. */
  refresh(refreshToken: string, client: Client): Promise<SessionDto> {
    return this.issuer.refresh(refreshToken, client);
  }

  async logout({ sessionId, userId }: Principal): Promise<void> {
    await this.sessions.end(sessionId, userId, 'logout');
  }

  private async provePassword(form: LoginDto, client: Client, refreshToken?: string): Promise<Credentials> {
    const name = signInName(form);
    const found = await this.credentials.findByName(name);
    const named = found && isNamed(found, name) ? found : null;
    const who = { name: oneSpelling(name), userId: named?.userId, ip: client.ip, refreshToken };
    return this.attempts.run(who, () => this.checkPassword(named, form.password, client));
  }

  private async checkPassword(
    account: Credentials | null,
    password: string,
    client: Client,
  ): Promise<Credentials> {
    const matches = await this.passwords.verify(account?.passwordHash, password);
    if (!account || !matches || account.status !== 'active') {
      await this.security.record({ kind: 'login.failed', userId: account?.userId ?? null, client });
      throw new AppError('AUTH_INVALID', 'the email, username or password is wrong');
    }
    if (this.passwords.isOutdated(account.passwordHash)) {
      await this.credentials.upgradeHash(account, await this.passwords.hash(password));
    }
    return account;
  }

  private async requireVerifiedEmail({ userId, emailVerified }: Credentials): Promise<void> {
    if (emailVerified || !this.config.REQUIRE_VERIFIED_EMAIL) return;
    await this.recovery.remindToVerify(userId);
    throw new AppError('FORBIDDEN', 'confirm your email address first; the mail with the link is on its way');
  }
}
