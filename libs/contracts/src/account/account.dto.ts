import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsPassword } from '../auth/fields';
import { IsTimestamp, IsUserId } from '../core/fields';
import { IsSecondFactorCode } from '../second-factor/second-factor.dto';

export class DeleteMeDto {
  /** The caller's password: a session alone is not enough to end an account. */
  @IsPassword()
  password!: string;

  /** Of the authenticator app, or a recovery code; needed with a second factor. */
  @IsOptional()
  @IsSecondFactorCode()
  code?: string;
}

export class ListDeletedDto {
  /** Only those deleted since. */
  @IsOptional()
  @IsTimestamp()
  since?: string;

  /** `page.next` of the answer before. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

/** `user.deleted` on the bus: the account is gone, and what others hold of it must go too. */
export class UserDeletedDto {
  @IsUserId()
  userId!: number;

  @IsTimestamp()
  at!: string;
}
