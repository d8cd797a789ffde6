import { Injectable } from '@nestjs/common';
import { AppError, badRequest } from '@app/contracts';
import { isNoPassword } from '../passwords/no-password';
import { PasswordHasher } from '../passwords/password-hasher';
import { ThrottleService } from '../throttle/throttle.service';
import { UsersService } from '../users/users.service';

/** Asks somebody who is signed in for the password once more: a session may be stolen. */
@Injectable()
export class PasswordProof {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHasher,
    private readonly throttle: ThrottleService,
  ) {}

  /**
   * Throws BAD_REQUEST naming `password`, RATE_LIMITED, or CONFLICT when there is none. Guesses are counted apart from those
   * of codes: who has stolen a session cannot keep its owner from signing in.
   */
  async require(userId: number, password: string): Promise<void> {
    const account = await this.users.findAccount(userId);
    if (account && isNoPassword(account.passwordHash)) {
      throw new AppError(
        'CONFLICT',
        'your account has no password; set one first, by POST /auth/forgot-password',
      );
    }
    await this.throttle.spend('password-proof', String(userId));
    const right = await this.passwords.verify(account?.passwordHash, password);
    if (!right) throw badRequest('password', 'is wrong');
    await this.throttle.reset('password-proof', String(userId));
  }
}
