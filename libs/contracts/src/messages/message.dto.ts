import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsClientId, IsCursor, IsFlag, IsId, IsLimit, IsTimestamp, IsUserId, OrNull } from '../core/fields';
import { ForwardedFromDto, ReactionDto, ThreadSummaryDto } from './message-parts.dto';
import { SystemDto } from './system.dto';

export const MESSAGE_LIMITS = { content: 8_000, attachments: 10 } as const;
/** What people send. */
export const SENT_TYPES = ['text', 'image', 'video', 'audio', 'file'] as const;
/** `system` is written by the service alone. */
export const MESSAGE_TYPES = [...SENT_TYPES, 'system'] as const;
export type SentType = (typeof SENT_TYPES)[number];
export type MessageType = (typeof MESSAGE_TYPES)[number];
export const DELIVERY_STATUSES = ['sent', 'delivered', 'read'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export class MessageIdDto {
  @IsId()
  messageId!: string;
}

export class MessagePathDto {
  @IsId()
  id!: string;
}

export class MessageCommandDto {
  @IsClientId()
  clientId?: string;
}

/** `content` may be empty only when there are attachments. */
export class SendBodyDto {
  @IsOptional()
  @IsString()
  @MaxLength(MESSAGE_LIMITS.content)
  content?: string;

  /** `url` of uploaded files, which the members see from then on; URLs of anything elsewhere are kept as they are. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MESSAGE_LIMITS.attachments)
  @IsString({ each: true })
  @MaxLength(2_048, { each: true })
  attachments?: string[];

  /** Chosen by the client, unique among its messages of this conversation: a repeated send returns the first message. */
  @IsClientId()
  clientId?: string;

  /** Default `text`. */
  @IsOptional()
  @IsIn(SENT_TYPES)
  type?: SentType;

  /** Id of the message of the same conversation that this one answers. */
  @IsOptional()
  @IsId()
  replyTo?: string;

  /** Id of a message of the same conversation: the root of the thread that this one joins, or any message of it. */
  @IsOptional()
  @IsId()
  threadId?: string;
}

export class SendMessageDto extends SendBodyDto {
  @IsId()
  conversationId!: string;
}

export class EditBodyDto {
  @IsString()
  @Length(1, MESSAGE_LIMITS.content)
  content!: string;

  @IsClientId()
  clientId?: string;
}

export class EditMessageDto extends EditBodyDto {
  @IsId()
  messageId!: string;
}

export class DeleteQueryDto {
  /** Hide it from the caller only, on all devices; default false: delete it for everybody. */
  @IsOptional()
  @IsFlag()
  forMe?: boolean;

  @IsClientId()
  clientId?: string;
}

export class DeleteMessageDto extends DeleteQueryDto {
  @IsId()
  messageId!: string;
}

/** At most one of `before`, `after` and `around`; each an ISO date, a message id or a `seq`. */
export class HistoryQueryDto {
  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  @IsOptional()
  @IsCursor()
  before?: string;

  @IsOptional()
  @IsCursor()
  after?: string;

  /** This message with what stands around it, half before, half after; of a date: the first message from then on. */
  @IsOptional()
  @IsCursor()
  around?: string;
}

export class ListMessagesDto extends HistoryQueryDto {
  @IsId()
  conversationId!: string;
}

export class DeliveryDto {
  @IsUserId()
  user_id!: number;

  @IsIn(DELIVERY_STATUSES)
  status!: DeliveryStatus;

  @OrNull()
  @IsTimestamp()
  timestamp!: string | null;
}

/** Fields that may be missing are left out when there is nothing to say. */
export class MessageDto {
  @IsId()
  _id!: string;

  @IsId()
  conversation_id!: string;

  /** 1, 2, 3, … without a hole within the conversation: the order of its messages. */
  @IsInt()
  seq!: number;

  /** Number of the conversation's change that made the message what it is; grows with every edit or deletion. */
  @IsInt()
  ev!: number;

  @IsUserId()
  sender_id!: number;

  @IsString()
  clientId!: string;

  /** Empty when the message was deleted. */
  @IsString()
  content!: string;

  @IsIn(MESSAGE_TYPES)
  type!: MessageType;

  @IsArray()
  @IsString({ each: true })
  attachments!: string[];

  @OrNull()
  @IsId()
  reply_to!: string | null;

  @IsIn(DELIVERY_STATUSES)
  status!: DeliveryStatus;

  @IsArray()
  @IsInt({ each: true })
  seen_by!: number[];

  /** How many have read it; said in conversations of more than 100 members, where `seen_by` names the first 100 and `delivery_info` nobody: see `message:status:get`. */
  @IsOptional()
  @IsInt()
  seen_count?: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DeliveryDto)
  delivery_info!: DeliveryDto[];

  @OrNull()
  @IsTimestamp()
  edited_at!: string | null;

  @OrNull()
  @IsTimestamp()
  deleted_at!: string | null;

  @IsTimestamp()
  created_at!: string;

  @IsTimestamp()
  updated_at!: string;

  /** Of type `system`: what has happened. */
  @IsOptional()
  @ValidateNested()
  @Type(() => SystemDto)
  system?: SystemDto;

  /** The message at the root of the thread that this one belongs to. */
  @IsOptional()
  @IsId()
  thread_id?: string;

  /** Of a message that is the root of a thread, where a page shows it; live events leave it out. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ThreadSummaryDto)
  thread?: ThreadSummaryDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => ForwardedFromDto)
  forwarded_from?: ForwardedFromDto;

  /** Members whom the text names by `@name`. */
  @IsOptional()
  @IsArray()
  @IsInt({ each: true })
  mentions?: number[];

  /** The text says `@all`. */
  @IsOptional()
  @IsBoolean()
  mention_all?: boolean;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ReactionDto)
  reactions?: ReactionDto[];

  @IsOptional()
  @IsTimestamp()
  pinned_at?: string;

  @IsOptional()
  @IsUserId()
  pinned_by?: number;

  /** When it disappears. */
  @IsOptional()
  @IsTimestamp()
  expires_at?: string;
}

/** The answer to a send: `duplicate` says that the `clientId` was known and this is the message of the first send. */
export class SentMessageDto extends MessageDto {
  @IsOptional()
  @IsBoolean()
  duplicate?: boolean;
}
