import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { ConversationSettingsDto } from '../conversation-settings/settings.dto';
import { IsId, IsTimestamp, OrNull } from '../core/fields';
import { MessageEditDto } from '../messages/message-edit.dto';
import { PreferencesDto } from '../notifications/preferences.dto';
import { PushSubscriptionDto } from '../notifications/push.dto';

/** A message that the user has sent, without what others did with it. */
export class ExportedMessageDto {
  @IsId()
  _id!: string;

  @IsId()
  conversation_id!: string;

  @IsInt()
  seq!: number;

  @IsString()
  content!: string;

  @IsString()
  type!: string;

  @IsArray()
  @IsString({ each: true })
  attachments!: string[];

  @OrNull()
  @IsId()
  reply_to!: string | null;

  @IsOptional()
  @IsId()
  thread_id?: string;

  @IsOptional()
  @IsArray()
  @IsInt({ each: true })
  mentions?: number[];

  /** What it said before it was edited. */
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MessageEditDto)
  edits?: MessageEditDto[];

  @IsTimestamp()
  created_at!: string;

  @OrNull()
  @IsTimestamp()
  edited_at!: string | null;

  @OrNull()
  @IsTimestamp()
  deleted_at!: string | null;
}

/** How far the user has read. */
export class ExportedReceiptDto {
  @IsId()
  conversation_id!: string;

  @IsInt()
  read_seq!: number;

  @IsTimestamp()
  read_at!: string;
}

/** What the user has reacted to, and how. */
export class ExportedReactionDto {
  @IsId()
  message_id!: string;

  @IsId()
  conversation_id!: string;

  @IsString()
  emoji!: string;
}

/** What the user has deleted for themself. */
export class ExportedHiddenMessageDto {
  @IsId()
  message_id!: string;

  @IsId()
  conversation_id!: string;

  @IsTimestamp()
  hidden_at!: string;
}

/** What the user has set for a conversation, and how they call others there. */
export class ExportedSettingsDto extends ConversationSettingsDto {
  @IsId()
  conversation_id!: string;
}

/** How the user wants to be told of what, if they have ever said so, and when the latest email digest was made. */
export class ExportedPreferencesDto extends PreferencesDto {
  @OrNull()
  @IsTimestamp()
  lastDigestAt!: string | null;
}

/** A device of the user that pushes may go to. By its address anybody could push to it: it stays here. */
export class ExportedPushSubscriptionDto extends PushSubscriptionDto {
  /** Of a browser: whose push service it is. */
  @OrNull()
  @IsString()
  host!: string | null;

  /** The last characters of the address, to know it by. */
  @IsString()
  ending!: string;
}
