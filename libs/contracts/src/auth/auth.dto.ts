import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Length, MaxLength, ValidateNested } from 'class-validator';
import { IsSecondFactorCode } from '../second-factor/second-factor.dto';
import { IsAvatarUrl, IsFullName, IsPhone, IsPlain, IsUsername } from '../users/profile-fields';
import { UserDto } from '../users/user.dto';
import { composed, IsEmailAddress, IsNewPassword, IsPassword, trimmed } from './fields';

/** The decorator next to a field is checked first: what kind of thing it is comes before its length. */
export class RegisterDto {
  /** 3–50 characters, unique without regard to case. */
  @IsUsername()
  username!: string;

  @IsEmailAddress()
  email!: string;

  /** 8–128 characters of any kind, not a common one. */
  @IsNewPassword()
  password!: string;

  @IsOptional()
  @composed()
  @IsString()
  confirmPassword?: string;

  @IsOptional()
  @IsFullName()
  fullName?: string;

  @IsOptional()
  @IsAvatarUrl()
  avatar_url?: string;

  @IsOptional()
  @IsPhone()
  phone?: string;
}

/** One of `email` and `username` is needed. */
export class LoginDto {
  @IsOptional()
  @trimmed()
  @IsPlain()
  @MaxLength(255)
  @IsString()
  email?: string;

  @IsOptional()
  @trimmed()
  @IsPlain()
  @MaxLength(255)
  @IsString()
  username?: string;

  @IsPassword()
  password!: string;

  /** Of the authenticator app, or a recovery code; for accounts with a second factor. */
  @IsOptional()
  @IsSecondFactorCode()
  code?: string;

  /** That of a live session of this account, if the device has one: other people's wrong tries do not count then. */
  @IsOptional()
  @Length(20, 512)
  @IsString()
  refreshToken?: string;

  /** For browsers: the refresh token comes as an httpOnly cookie instead of in the answer. */
  @IsOptional()
  @IsBoolean()
  cookie?: boolean;
}

/** Without it the token is taken from the cookie, or from the Authorization header as `Bearer`. */
export class RefreshDto {
  @IsOptional()
  @Length(20, 512)
  @IsString()
  refreshToken?: string;
}

/** What a sign-in gives: the access token is a JWT, the refresh token is opaque and changes at each use. */
export class SessionDto {
  @IsString()
  accessToken!: string;

  /** Empty when it comes as a cookie. */
  @IsString()
  refreshToken!: string;

  /** Seconds until the access token expires. */
  @IsInt()
  expiresIn!: number;

  @ValidateNested()
  @Type(() => UserDto)
  user!: UserDto;
}
