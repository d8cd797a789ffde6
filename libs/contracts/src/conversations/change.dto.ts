import { IsInt, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsClientId, IsId, IsTimestamp, IsUserId, OrMissing, OrNull } from '../core/fields';

export const CONVERSATION_LIMITS = { name: 100, avatar: 2_048, description: 1_000 } as const;

/** What is left out stays as it is; null takes it away. */
export class UpdateConversationBodyDto {
  @OrMissing()
  @IsString()
  @Length(1, CONVERSATION_LIMITS.name)
  name?: string;

  @IsOptional()
  @OrNull()
  @IsString()
  @MaxLength(CONVERSATION_LIMITS.avatar)
  avatar?: string | null;

  @IsOptional()
  @OrNull()
  @IsString()
  @MaxLength(CONVERSATION_LIMITS.description)
  description?: string | null;

  @IsClientId()
  clientId?: string;
}

export class UpdateConversationDto extends UpdateConversationBodyDto {
  @IsId()
  conversationId!: string;
}

/** As it is now. */
export class ConversationUpdatedDto {
  @IsId()
  conversationId!: string;

  @OrNull()
  @IsString()
  name!: string | null;

  @OrNull()
  @IsString()
  avatar!: string | null;

  @OrNull()
  @IsString()
  description!: string | null;

  /** Seconds after which new messages disappear; null: they stay. */
  @OrNull()
  @IsInt()
  disappear_after!: number | null;

  @IsUserId()
  updatedBy!: number;

  @IsTimestamp()
  updated_at!: string;

  /** Its place among the messages. */
  @IsInt()
  seq!: number;

  @IsInt()
  ev!: number;
}

/** `seq` and `ev` are missing when the user has deleted a private conversation for themself. */
export class ConversationDeletedDto {
  @IsId()
  conversationId!: string;

  @IsUserId()
  deletedBy!: number;

  @IsOptional()
  @IsInt()
  seq?: number;

  @IsOptional()
  @IsInt()
  ev?: number;
}
