import { IsString, Length } from 'class-validator';
import { IsEmailAddress, IsNewPassword, IsPassword } from './fields';

/** A token as we have mailed it. */
export class MailTokenDto {
  @Length(20, 128)
  @IsString()
  token!: string;
}

export class ForgotPasswordDto {
  @IsEmailAddress()
  email!: string;
}

export class ResetPasswordDto extends MailTokenDto {
  /** 8–128 characters of any kind, not a common one. */
  @IsNewPassword()
  password!: string;
}

export class ChangePasswordDto {
  @IsPassword()
  currentPassword!: string;

  /** 8–128 characters of any kind, not a common one. */
  @IsNewPassword()
  newPassword!: string;
}
