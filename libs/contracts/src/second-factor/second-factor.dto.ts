import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsString, Matches } from 'class-validator';
import { IsPassword } from '../auth/fields';
import { all } from '../core/fields';

/** Six digits of an authenticator app, or a recovery code. Spaces and dashes do not count. */
export const IsSecondFactorCode = (): PropertyDecorator =>
  all(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    Matches(/^[0-9A-Za-z][0-9A-Za-z -]{4,38}[0-9A-Za-z]$/, {
      message: '$property must be the six digits of an authenticator app, or a recovery code',
    }),
    IsString(),
  );

export class SecondFactorStateDto {
  /** Whether signing in needs a code. */
  @IsBoolean()
  enabled!: boolean;

  @IsInt()
  recoveryCodesLeft!: number;
}

export class SetupSecondFactorDto {
  /** The current one. */
  @IsPassword()
  password!: string;
}

/** Shown once. */
export class SecondFactorSecretDto {
  /** Base32, for typing it in. */
  @IsString()
  secret!: string;

  /** `otpauth://totp/…`, for a QR code. */
  @IsString()
  uri!: string;
}

export class EnableSecondFactorDto {
  @IsSecondFactorCode()
  code!: string;
}

/** What changes a second factor is asked for both. */
export class ConfirmSecondFactorDto {
  /** The current one. */
  @IsPassword()
  password!: string;

  /** Of the app, or a recovery code. */
  @IsSecondFactorCode()
  code!: string;
}

/** Shown once: only their hashes are stored. Each is good for one sign-in. */
export class RecoveryCodesDto {
  @IsArray()
  @ArrayMaxSize(10)
  @IsString({ each: true })
  recoveryCodes!: string[];
}
