import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsId, IsTextByName, IsTimestamp, IsUserId, OrNull } from '../core/fields';

/** Of what the member is told: of all; of what names them or answers them; of nothing. */
export const NOTIFY_LEVELS = ['all', 'mentions', 'nothing'] as const;
export type NotifyLevel = (typeof NOTIFY_LEVELS)[number];

/** What a member has set for a conversation, for themself alone. */
export class ConversationSettingsDto {
  @IsBoolean()
  muted!: boolean;

  /** When the mute ends by itself; null: never, or not muted. */
  @OrNull()
  @IsTimestamp()
  mutedUntil!: string | null;

  /** Of which messages notifications are made: follows from the mute. */
  @IsIn(NOTIFY_LEVELS)
  notify!: NotifyLevel;

  @IsBoolean()
  pinned!: boolean;

  @IsBoolean()
  archived!: boolean;

  /** User id → how the caller calls them. */
  @IsTextByName()
  nicknames!: Record<string, string>;
}

export class MuteBodyDto {
  @IsBoolean()
  muted!: boolean;

  /** In the future; without it the mute lasts until it is taken back. */
  @IsOptional()
  @IsTimestamp()
  muteUntil?: string;

  /** Messages that name the caller, and answers to theirs, come through nonetheless. */
  @IsOptional()
  @IsBoolean()
  exceptMentions?: boolean;
}

export class MuteConversationDto extends MuteBodyDto {
  @IsId()
  conversationId!: string;
}

export class PinBodyDto {
  @IsBoolean()
  pinned!: boolean;
}

export class PinConversationDto extends PinBodyDto {
  @IsId()
  conversationId!: string;
}

export class ArchiveBodyDto {
  /** Default true. */
  @IsOptional()
  @IsBoolean()
  archived?: boolean;
}

export class ArchiveConversationDto extends ArchiveBodyDto {
  @IsId()
  conversationId!: string;
}

export class NicknameBodyDto {
  /** A member of the conversation. */
  @IsUserId()
  userId!: number;

  /** Null takes it back. */
  @OrNull()
  @IsString()
  @Length(1, 50)
  nickname!: string | null;
}

export class NicknameDto extends NicknameBodyDto {
  @IsId()
  conversationId!: string;
}

export class ConversationMutedDto {
  @IsId()
  conversationId!: string;

  @IsBoolean()
  muted!: boolean;

  @OrNull()
  @IsTimestamp()
  mutedUntil!: string | null;

  @IsIn(NOTIFY_LEVELS)
  notify!: NotifyLevel;
}

export class ConversationPinnedDto {
  @IsId()
  conversationId!: string;

  @IsBoolean()
  pinned!: boolean;
}

export class ConversationArchivedDto {
  @IsId()
  conversationId!: string;

  @IsBoolean()
  archived!: boolean;
}

export class ConversationNicknamedDto {
  @IsId()
  conversationId!: string;

  @IsUserId()
  userId!: number;

  @OrNull()
  @IsString()
  nickname!: string | null;
}
