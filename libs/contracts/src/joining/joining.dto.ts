import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { IsClientId, IsId, IsTimestamp, IsUserId, OrNull } from '../core/fields';

export const INVITE_LIMITS = { minSeconds: 60, maxSeconds: 365 * 86_400, maxUses: 1_000 } as const;

export class JoinByCodeDto {
  /** Six characters; upper and lower case are the same. */
  @IsString()
  @Length(6, 6)
  code!: string;

  @IsClientId()
  clientId?: string;
}

export class ClientIdDto {
  @IsClientId()
  clientId?: string;
}

export class RotateCodeDto extends ClientIdDto {
  @IsId()
  conversationId!: string;
}

export class CreateInviteBodyDto {
  /** From a minute to a year; what it is by default is a setting of the service. */
  @IsOptional()
  @IsInt()
  @Min(INVITE_LIMITS.minSeconds)
  @Max(INVITE_LIMITS.maxSeconds)
  expiresInSeconds?: number;

  /** How many people may join by it; without it, as many as there is room for. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(INVITE_LIMITS.maxUses)
  maxUses?: number;
}

export class CreateInviteDto extends CreateInviteBodyDto {
  @IsId()
  conversationId!: string;
}

export class InviteIdDto {
  @IsId()
  conversationId!: string;

  @IsId()
  inviteId!: string;
}

export class InvitePathDto {
  @IsId()
  id!: string;

  @IsId()
  inviteId!: string;
}

export class JoinByInviteDto {
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{32}$/, { message: '$property must be the token of an invite link' })
  token!: string;

  @IsClientId()
  clientId?: string;
}

export class InviteDto {
  @IsId()
  _id!: string;

  @IsId()
  conversation_id!: string;

  @IsUserId()
  created_by!: number;

  @IsTimestamp()
  created_at!: string;

  @IsTimestamp()
  expires_at!: string;

  /** How many people have used it. Nobody needs two uses. */
  @IsInt()
  uses!: number;

  @OrNull()
  @IsInt()
  max_uses!: number | null;
}

/** The only answer with the token: it is stored as a hash. */
export class CreatedInviteDto extends InviteDto {
  @IsString()
  token!: string;
}
