import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsTimestamp, IsUserId } from '../core/fields';

/** Why sessions end before their time. */
export const REVOCATION_REASONS = [
  'logout',
  'revoked',
  'replayed',
  'too-many',
  'password-changed',
  'suspended',
  'deleted',
] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

/** A sign-in on one device, as its owner sees it. */
export class SessionInfoDto {
  @IsUUID()
  id!: string;

  /** The User-Agent header of the last use. */
  @IsString()
  device!: string;

  /** The network address of the last use. */
  @IsString()
  address!: string;

  @IsTimestamp()
  created_at!: string;

  @IsTimestamp()
  last_used!: string;

  /** When it ends unless it is used. */
  @IsTimestamp()
  expires_at!: string;

  /** The session of the token that asks. */
  @IsBoolean()
  current!: boolean;
}

export class SessionPathDto {
  @IsUUID('all', { message: 'id must be a session id' })
  id!: string;
}

export class LogoutAllDto {
  /** Leave the session that asks alone. Default false. */
  @IsOptional()
  @IsBoolean()
  keepCurrent?: boolean;
}

export class EndedSessionsDto {
  /** How many sessions this has ended. */
  @IsInt()
  ended!: number;
}

/** Sessions of one user that have ended while access tokens of theirs may still be valid by their dates. */
export class RevokedSessionsDto {
  @IsUserId()
  userId!: number;

  @IsArray()
  @ArrayMaxSize(1_000)
  @IsUUID('all', { each: true })
  sessionIds!: string[];

  @IsIn(REVOCATION_REASONS)
  reason!: RevocationReason;

  @IsTimestamp()
  at!: string;

  /** From then on no token of theirs is valid by its dates either. */
  @IsTimestamp()
  until!: string;
}

export class ListRevokedDto {
  /** Only what has ended after this; without it, all that still matters. */
  @IsOptional()
  @IsTimestamp()
  since?: string;

  /** `page.next` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

export class RenewDto {
  /** A fresh access token of the same user, with or without `Bearer `. */
  @IsString()
  @MaxLength(4_200)
  token!: string;
}

export class RenewedDto {
  /** When this socket will be closed unless it is renewed again. */
  @IsTimestamp()
  expiresAt!: string;
}

/** A public key as JSON (RFC 7517): `n` and `e` of an RSA key, `crv` and `x` of an Ed25519 key. */
export class JwkDto {
  @IsString()
  kty!: string;

  /** Access tokens name their key by it. */
  @IsString()
  kid!: string;

  @IsString()
  alg!: string;

  @IsString()
  use!: string;

  @IsOptional()
  @IsString()
  crv?: string;

  @IsOptional()
  @IsString()
  x?: string;

  @IsOptional()
  @IsString()
  n?: string;

  @IsOptional()
  @IsString()
  e?: string;
}

export class JwksDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => JwkDto)
  keys!: JwkDto[];
}
