import { Transform } from 'class-transformer';
import { IsEmail, IsInt, IsOptional, IsString, IsUrl, Length, Matches, MaxLength, MinLength, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { UserDto } from '../users/user.dto';

const trimmed = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

export class RegisterDto {
  /** 3–50 characters, unique without regard to case. */
  @trimmed()
  @Matches(/^[\p{L}\p{N}._-]{3,50}$/u, { message: 'username must be 3 to 50 letters, digits, dots, dashes or underscores' })
  username!: string;

  @trimmed()
  @IsEmail({}, { message: 'email must be an email address' })
  @MaxLength(255)
  email!: string;

  @IsString()
  @Length(8, 128)
  password!: string;

  @IsOptional()
  @IsString()
  confirmPassword?: string;

  @IsOptional()
  @trimmed()
  @IsString()
  @Length(1, 100)
  fullName?: string;

  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_tld: false, require_protocol: true })
  @MaxLength(2_048)
  avatar_url?: string;

  @IsOptional()
  @Matches(/^\+?[0-9 ()-]{5,20}$/, { message: 'phone must be a phone number' })
  phone?: string;
}

/** One of `email` and `username` is needed. */
export class LoginDto {
  @IsOptional()
  @trimmed()
  @IsString()
  @MaxLength(255)
  email?: string;

  @IsOptional()
  @trimmed()
  @IsString()
  @MaxLength(255)
  username?: string;

  @IsString()
  @MinLength(1)
  @MaxLength(128)
  password!: string;
}

export class RefreshDto {
  @IsString()
  @Length(20, 512)
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
