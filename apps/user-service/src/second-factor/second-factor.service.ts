import { Injectable } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { SecurityLog } from '../audit/security-log.service';
import { SecretBox } from '../secrets/secret-box';
import { ThrottleService } from '../throttle/throttle.service';
import { readCode } from './codes';
import { SecondFactorRepository } from './second-factor.repository';
import { stepOf } from './totp';

interface Client {
  ip: string;
  userAgent: string;
}

/** Purposes of keys in the secret box. */
export const TOTP_SECRET = 'totp-secret';
export const RECOVERY_CODE = 'recovery-code';

/** Checks codes. Each counts once, and wrong ones are limited per account, on all instances together. */
@Injectable()
export class SecondFactorService {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly throttle: ThrottleService,
    private readonly secrets: SecretBox,
    private readonly log: SecurityLog,
  ) {}

  /**
   * For somebody who has proved the first factor. Nothing happens when the account has no second one.
   * Throws SECOND_FACTOR_REQUIRED without a code, AUTH_INVALID naming `code`, or RATE_LIMITED.
   */
  async check(userId: number, code: string | undefined, client: Client): Promise<void> {
    if (!(await this.isEnabled(userId))) return;
    if (code === undefined) {
      throw new AppError('SECOND_FACTOR_REQUIRED', 'repeat this with the code of your authenticator app', [
        { field: 'code', message: 'is needed' },
      ]);
    }
    if (!(await this.tryCode(userId, code, client))) {
      throw new AppError('AUTH_INVALID', 'the code is wrong, or it was used already', [wrongCode]);
    }
  }

  async isEnabled(userId: number): Promise<boolean> {
    return (await this.factors.find(userId))?.enabled ?? false;
  }

  /** Whether the code is right; it is used then. Throws RATE_LIMITED after too many that were not. */
  async tryCode(userId: number, code: string, client: Client): Promise<boolean> {
    await this.throttle.spend('second-factor', String(userId));
    const right = await this.accepts(userId, code, client);
    if (right) await this.throttle.reset('second-factor', String(userId));
    else await this.log.record({ kind: 'second-factor.refused', userId, client });
    return right;
  }

  private async accepts(userId: number, typed: string, client: Client): Promise<boolean> {
    const { kind, text } = readCode(typed);
    if (kind === 'recovery') {
      const hash = this.secrets.fingerprint(RECOVERY_CODE, String(userId), text);
      if (!(await this.factors.useRecoveryCode(userId, hash))) return false;
      await this.log.record({ kind: 'second-factor.recovered', userId, client });
      return true;
    }
    const factor = await this.factors.find(userId);
    if (!factor) return false;
    const step = stepOf(this.secrets.open(TOTP_SECRET, String(userId), factor.secret), text, factor.nowMs);
    return step !== null && (await this.factors.useStep(userId, step));
  }
}

const wrongCode = { field: 'code', message: 'is wrong, or was used already' };
