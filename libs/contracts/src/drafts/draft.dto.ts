import { IsInt, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsClientId, IsId, IsLimit, IsTimestamp, OrNull } from '../core/fields';
import { MESSAGE_LIMITS } from '../messages/message.dto';

/** What somebody has typed so far; empty text with nothing to answer takes the draft away. */
export class DraftTextDto {
  @IsString()
  @MaxLength(MESSAGE_LIMITS.content)
  content!: string;

  /** Id of the message that it answers. */
  @IsOptional()
  @IsId()
  replyTo?: string;

  /** Comes back in `draft:changed`, so that a device knows its own. */
  @IsClientId()
  clientId?: string;
}

export class SetDraftDto extends DraftTextDto {
  @IsId()
  conversationId!: string;
}

export class ListDraftsDto {
  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export class DraftDto {
  @IsId()
  conversation_id!: string;

  /** Empty: there is no draft any more. */
  @IsString()
  content!: string;

  @OrNull()
  @IsId()
  reply_to!: string | null;

  /** Grows with every change of the draft: of two, the higher one is the later. */
  @IsInt()
  rev!: number;

  @IsTimestamp()
  updated_at!: string;
}

export class DraftChangedDto extends DraftDto {
  @IsClientId()
  clientId?: string;
}
