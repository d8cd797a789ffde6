import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  type ConfirmSecondFactorDto,
  type RecoveryCodesDto,
  type SecondFactorSecretDto,
  type SecondFactorStateDto,
} from '@app/contracts';
import type { Principal } from '@app/platform';
import { SecurityLog } from '../audit/security-log.service';
import { UserConfig } from '../config';
import { SecretBox } from '../secrets/secret-box';
import { ThrottleService } from '../throttle/throttle.service';
import { newRecoveryCodes, readCode } from './codes';
import { PasswordProof } from './password-proof.service';
import { SecondFactorRepository } from './second-factor.repository';
import { RECOVERY_CODE, SecondFactorService, TOTP_SECRET } from './second-factor.service';
import { newSecret, stepOf, uriOf } from './totp';

interface Client {
  ip: string;
  userAgent: string;
}

/** How an account gets a second factor and loses it. All of it asks for more than a session, which may be stolen. */
@Injectable()
export class EnrolmentService {
  constructor(
    private readonly config: UserConfig,
    private readonly factors: SecondFactorRepository,
    private readonly secondFactor: SecondFactorService,
    private readonly password: PasswordProof,
    private readonly throttle: ThrottleService,
    private readonly secrets: SecretBox,
    private readonly log: SecurityLog,
  ) {}

  async state({ userId }: Principal): Promise<SecondFactorStateDto> {
    const factor = await this.factors.find(userId);
    return {
      enabled: factor?.enabled ?? false,
      recoveryCodesLeft: await this.factors.countRecoveryCodes(userId),
    };
  }

  async setup({ userId, username }: Principal, password: string): Promise<SecondFactorSecretDto> {
    await this.password.require(userId, password);
    const secret = newSecret();
    const sealed = this.secrets.seal(TOTP_SECRET, String(userId), secret);
    if (!(await this.factors.propose(userId, sealed))) throw enabledAlready();
    return { secret, uri: uriOf(secret, this.config.TOTP_ISSUER, username) };
  }

  async enable({ userId }: Principal, code: string, client: Client): Promise<RecoveryCodesDto> {
    const factor = await this.factors.find(userId);
    if (!factor)
      throw new AppError('CONFLICT', 'there is no secret yet, ask for one by POST /auth/2fa/setup');
    if (factor.enabled) throw enabledAlready();
    const recoveryCodes = newRecoveryCodes();
    await this.throttle.spend('second-factor', String(userId));
    const secret = this.secrets.open(TOTP_SECRET, String(userId), factor.secret);
    const step = stepOf(secret, readCode(code).text, factor.nowMs);
    if (step === null) throw badRequest('code', 'is wrong');
    await this.throttle.reset('second-factor', String(userId));
    const hashes = this.hashesOf(userId, recoveryCodes);
    if (!(await this.factors.enable(userId, factor.secret, step, hashes))) throw changedMeanwhile();
    await this.log.record({ kind: 'second-factor.enabled', userId, client });
    return { recoveryCodes };
  }

  async disable({ userId }: Principal, proof: ConfirmSecondFactorDto, client: Client): Promise<void> {
    await this.confirm(userId, proof, client);
    await this.factors.remove(userId);
    await this.log.record({ kind: 'second-factor.disabled', userId, client });
  }

  async renewRecoveryCodes(
    { userId }: Principal,
    proof: ConfirmSecondFactorDto,
    client: Client,
  ): Promise<RecoveryCodesDto> {
    await this.confirm(userId, proof, client);
    const recoveryCodes = newRecoveryCodes();
    await this.factors.replaceRecoveryCodes(userId, this.hashesOf(userId, recoveryCodes));
    await this.log.record({ kind: 'second-factor.recovery-codes-renewed', userId, client });
    return { recoveryCodes };
  }

  private async confirm(userId: number, proof: ConfirmSecondFactorDto, client: Client): Promise<void> {
    const factor = await this.factors.find(userId);
    if (!factor?.enabled) throw new AppError('CONFLICT', 'there is no second factor');
    await this.password.require(userId, proof.password);
    if (!(await this.secondFactor.tryCode(userId, proof.code, client))) {
      throw badRequest('code', 'is wrong, or was used already');
    }
  }

  private hashesOf(userId: number, codes: string[]): Buffer[] {
    return codes.map((code) => this.secrets.fingerprint(RECOVERY_CODE, String(userId), readCode(code).text));
  }
}

const enabledAlready = () => new AppError('CONFLICT', 'a second factor is enabled already');
const changedMeanwhile = () =>
  new AppError('CONFLICT', 'the secret was replaced meanwhile, use the latest one');
