import { Transform, Type } from 'class-transformer';
import {
  IsEmail,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { IsSecondFactorCode } from '../second-factor/second-factor.dto';
import { UserDto } from '../users/user.dto';

const trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

/** Names go into one line of text everywhere, and PostgreSQL cannot store a NUL. */
const IsPlain = () => Matches(/^\P{Cc}*$/u, { message: '$property must not contain control characters' });

/** The decorator next to a field is checked first: what kind of thing it is comes before its length. */
export class RegisterDto {
  /** 3–50 characters, unique without regard to case. */
  @trimmed()
  @Matches(/^[\p{L}\p{N}._-]{3,50}$/u, {
    message: 'username must be 3 to 50 letters, digits, dots, dashes or underscores',
  })
  username!: string;

  @trimmed()
  @MaxLength(255)
  @IsEmail({}, { message: 'email must be an email address' })
  email!: string;

  @Length(8, 128)
  @IsString()
  password!: string;

  @IsOptional()
  @IsString()
  confirmPassword?: string;

  @IsOptional()
  @trimmed()
  @IsPlain()
  @Length(1, 100)
  @IsString()
  fullName?: string;

  @IsOptional()
  @MaxLength(2_048)
  @IsPlain()
  @IsUrl({ protocols: ['http', 'https'], require_tld: false, require_protocol: true })
  avatar_url?: string;

  @IsOptional()
  @Matches(/^\+?[0-9 ()-]{5,20}$/, { message: 'phone must be a phone number' })
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

  @MaxLength(128)
  @MinLength(1)
  @IsString()
  password!: string;

  /** Of the authenticator app, or a recovery code; for accounts with a second factor. */
  @IsOptional()
  @IsSecondFactorCode()
  code?: string;
}

export class RefreshDto {
  @Length(20, 512)
  @IsString()
  refreshToken!: string;
}

/** What a sign-in gives: the access token is a JWT, the refresh token is opaque and changes at each use. */
export class SessionDto {
  @IsString()
  accessToken!: string;

  @IsString()
  refreshToken!: string;

  /** Seconds until the access token expires. */
  @IsInt()
  expiresIn!: number;

  @ValidateNested()
  @Type(() => UserDto)
  user!: UserDto;
}
