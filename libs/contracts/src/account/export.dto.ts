import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { ConversationDto } from '../conversations/conversation.dto';
import { IsId, IsTimestamp, IsUserId, OrNull } from '../core/fields';
import { MessageEditDto } from '../messages/message-edit.dto';
import { NotificationDto } from '../notifications/notification.dto';
import { UserDto } from '../users/user.dto';

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

/** One service asks another for a part of what it holds about a user. */
export class ExportPartDto {
  @IsUserId()
  userId!: number;

  /** `next` of the part before. */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  cursor?: string;
}

class PartDto {
  /** The `cursor` of the part that follows; null after the last. A part may be empty and not be the last. */
  @OrNull()
  @IsString()
  next!: string | null;
}

export class ExportedConversationsDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ConversationDto)
  entries!: ConversationDto[];
}

export class ExportedMessagesDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedMessageDto)
  entries!: ExportedMessageDto[];
}

export class ExportedReceiptsDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedReceiptDto)
  entries!: ExportedReceiptDto[];
}

export class ExportedReactionsDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedReactionDto)
  entries!: ExportedReactionDto[];
}

export class ExportedHiddenMessagesDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedHiddenMessageDto)
  entries!: ExportedHiddenMessageDto[];
}

export class ExportedNotificationsDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => NotificationDto)
  entries!: NotificationDto[];
}

/** Everything that is held about a user. */
export class AccountExportDto {
  @IsIn([1])
  format!: 1;

  @IsTimestamp()
  exported_at!: string;

  @ValidateNested()
  @Type(() => UserDto)
  account!: UserDto;

  /** Names and times of roles. */
  @IsArray()
  @IsObject({ each: true })
  roles!: object[];

  /** Devices, addresses and times of sign-ins. */
  @IsArray()
  @IsObject({ each: true })
  sessions!: object[];

  @IsArray()
  @IsObject({ each: true })
  second_factor!: object[];

  /** Accounts elsewhere that open this one. */
  @IsArray()
  @IsObject({ each: true })
  identities!: object[];

  @IsArray()
  @IsObject({ each: true })
  contacts!: object[];

  @IsArray()
  @IsObject({ each: true })
  contact_requests!: object[];

  @IsArray()
  @IsObject({ each: true })
  blocks!: object[];

  @IsArray()
  @IsObject({ each: true })
  privacy!: object[];

  @IsArray()
  @IsObject({ each: true })
  security_events!: object[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ConversationDto)
  conversations!: ConversationDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedMessageDto)
  messages!: ExportedMessageDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedReceiptDto)
  receipts!: ExportedReceiptDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedReactionDto)
  reactions!: ExportedReactionDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedHiddenMessageDto)
  hidden_messages!: ExportedHiddenMessageDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => NotificationDto)
  notifications!: NotificationDto[];

  /** Stands last, and only when nothing is missing. */
  @IsBoolean()
  complete!: boolean;
}
