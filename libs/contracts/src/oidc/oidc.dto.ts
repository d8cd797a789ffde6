import { IsBoolean, IsInt, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { all, IsTimestamp, OrNull } from '../core/fields';
import { IsSecondFactorCode, SetupSecondFactorDto } from '../second-factor/second-factor.dto';

/** 256 bits of ours in base64url. */
const IsSecret = (): PropertyDecorator =>
  all(Matches(/^[\w-]{43}$/, { message: '$property must be as it was given' }), IsString());

const IsParameter = (max: number): PropertyDecorator =>
  all(IsOptional(), MaxLength(max), MinLength(1), IsString());

export class OidcOfferDto {
  /** For the button: the provider as people know it. */
  @IsString()
  name!: string;
}

export class OidcStartedDto {
  /** Where to send the browser. */
  @IsString()
  url!: string;

  /** What the provider will send back with the browser. */
  @IsString()
  state!: string;

  /** To be kept by this browser (sessionStorage) and shown with the answer. It must never be part of a URL. */
  @IsString()
  browserKey!: string;

  /** Seconds in which all of this has to be done. */
  @IsInt()
  expiresIn!: number;
}

export class StartOidcLinkDto extends SetupSecondFactorDto {}

/** The parameters with which the provider sent the browser back, and the key that the browser has kept. */
export class OidcCallbackDto {
  @IsSecret()
  state!: string;

  @IsSecret()
  browserKey!: string;

  @IsParameter(2_048)
  code?: string;

  /** Which provider says so (RFC 9207). */
  @IsParameter(2_048)
  iss?: string;

  /** In place of `code`, when the provider or the user refused. */
  @IsParameter(200)
  error?: string;

  @IsParameter(2_048)
  error_description?: string;
}

export class FinishOidcDto extends OidcCallbackDto {
  /** For browsers: the refresh token comes as an httpOnly cookie instead of in the answer. */
  @IsOptional()
  @IsBoolean()
  cookie?: boolean;
}

/** The second step of a sign-in that was answered with SECOND_FACTOR_REQUIRED. */
export class OidcSecondFactorDto {
  @IsSecret()
  state!: string;

  @IsSecret()
  browserKey!: string;

  /** Of the authenticator app, or a recovery code. */
  @IsSecondFactorCode()
  code!: string;

  /** As at POST /auth/login. */
  @IsOptional()
  @IsBoolean()
  cookie?: boolean;
}

/** An account at the provider that opens the account here. */
export class OidcIdentityDto {
  @IsInt()
  id!: number;

  /** The provider's address. */
  @IsString()
  issuer!: string;

  @IsTimestamp()
  linked_at!: string;

  @OrNull()
  @IsTimestamp()
  last_used!: string | null;
}

export class OidcIdentityPathDto {
  @Matches(/^[1-9]\d{0,8}$/, { message: 'id must be the id of an identity' })
  id!: string;
}
