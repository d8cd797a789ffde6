import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  type ChangePasswordDto,
  type EmptyDto,
  type ResetPasswordDto,
} from '@app/contracts';
import type { Principal } from '@app/platform';
import { SecurityLog } from '../audit/security-log.service';
import { forgetIdentities } from '../oidc/forget-identities';
import { Outbox, type Transaction } from '../outbox/outbox';
import { PasswordHasher } from '../passwords/password-hasher';
import { refuseGuessable } from '../passwords/password-rules';
import { forgetFactors } from '../second-factor/forget-factors';
import { SessionsService } from '../sessions/sessions.service';
import { ThrottleService } from '../throttle/throttle.service';
import { CredentialsRepository, type Credentials } from './credentials.repository';
import { LoginAttempts } from './login-attempts.service';
import type { Client } from './session-issuer.service';
import { oneSpelling } from './sign-in-name';

/** Confirmed addresses, forgotten passwords and changed ones. */
@Injectable()
export class RecoveryService {
  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly outbox: Outbox,
    private readonly passwords: PasswordHasher,
    private readonly sessions: SessionsService,
    private readonly attempts: LoginAttempts,
    private readonly throttle: ThrottleService,
    private readonly security: SecurityLog,
  ) {}

  /** Throws BAD_REQUEST naming the token. */
  async verifyEmail(token: string): Promise<EmptyDto> {
    if (!(await this.credentials.verifyEmail(token))) throw uselessToken();
    return {};
  }

  /** Throws CONFLICT when there is nothing to confirm, RATE_LIMITED when there have been enough mails. */
  async resendVerification({ userId }: Principal): Promise<EmptyDto> {
    if ((await this.get(userId)).emailVerified) {
      throw new AppError('CONFLICT', 'the email address is confirmed already');
    }
    await this.throttle.spend('verification-mail', String(userId));
    await this.credentials.queueMail('verify-email', userId);
    return {};
  }

  /** For one who cannot sign in before, and so cannot ask for the mail. */
  async remindToVerify(userId: number): Promise<void> {
    if (!(await this.throttle.allows('verification-mail', String(userId)))) return;
    await this.credentials.queueMail('verify-email', userId);
  }

  /** The same work and no answer, whether or not there is such an account. Throws RATE_LIMITED for the one who asks. */
  async forgotPassword(email: string, ip: string): Promise<EmptyDto> {
    await this.throttle.spend('forgotten-address', ip);
    if (await this.throttle.allows('forgotten-mail', oneSpelling(email)))
      await this.credentials.queueMailTo('reset-password', email);
    return {};
  }

  /** Throws BAD_REQUEST naming token or password. */
  async resetPassword({ token, password }: ResetPasswordDto, client: Client): Promise<EmptyDto> {
    const account = await this.credentials.findByMailToken(token);
    if (account?.status !== 'active') throw uselessToken();
    refuseGuessable('password', password, account);
    const hash = await this.passwords.hash(password);
    const userId = await this.outbox.transaction(async (transaction, announce) => {
      const reset = await this.credentials.resetPassword(transaction, token, hash);
      if (!reset) return null;
      await this.sessions.endAllWithin(transaction, announce, reset.userId, 'password-changed');
      if (reset.wasUnconfirmed) await forgetOtherWaysIn(transaction, reset.userId);
      return reset.userId;
    });
    if (userId === null) throw uselessToken();
    await this.security.record({ kind: 'password.reset', userId, client });
    return {};
  }

  /** Throws BAD_REQUEST naming currentPassword or newPassword, RATE_LIMITED after too many wrong ones. */
  async changePassword(
    form: ChangePasswordDto,
    { userId, sessionId }: Principal,
    client: Client,
  ): Promise<EmptyDto> {
    const account = await this.get(userId);
    refuseGuessable('newPassword', form.newPassword, account);
    await this.attempts.fromSession(sessionId, () => this.checkCurrent(account, form.currentPassword));
    const hash = await this.passwords.hash(form.newPassword);
    const except = sessionId;
    const changed = await this.outbox.transaction(async (transaction, announce) => {
      if (!(await this.credentials.changePassword(transaction, account, hash))) return false;
      await this.sessions.endAllWithin(transaction, announce, userId, 'password-changed', { except });
      return true;
    });
    if (!changed) throw wrongPassword();
    await this.security.record({ kind: 'password.changed', userId, client });
    return {};
  }

  private async checkCurrent({ passwordHash }: Credentials, password: string): Promise<void> {
    if (!(await this.passwords.verify(passwordHash, password))) throw wrongPassword();
  }

  private async get(userId: number): Promise<Credentials> {
    const account = await this.credentials.findByUser(userId);
    if (account) return account;
    throw new AppError('AUTH_INVALID', 'the account is gone');
  }
}

/** Somebody else may have opened the account with that address, and made doors of their own. */
async function forgetOtherWaysIn(transaction: Transaction, userId: number): Promise<void> {
  await forgetIdentities(transaction, userId);
  await forgetFactors(transaction, userId);
}

const wrongPassword = () => badRequest('currentPassword', 'is wrong');

const uselessToken = () => badRequest('token', 'is used, expired or not one of ours; ask for a new one');
