import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { ConversationIdDto } from '../conversations/conversation.dto';
import { IsId, IsIds, IsTimestamp, IsUserId } from '../core/fields';
import { DELIVERY_STATUSES, DeliveryDto, MessageIdDto, type DeliveryStatus } from '../messages/message.dto';

/** What a device may report of a message. `failed` is passed on to the sender and not kept. */
export const REPORTED_STATUSES = ['delivered', 'read', 'failed'] as const;
export type ReportedStatus = (typeof REPORTED_STATUSES)[number];

/** Of one or of several conversations. */
export class MessageIdsDto {
  @IsIds(1, 100)
  messageIds!: string[];
}

/** How far; everything up to the newest message when it is missing. */
export class UpToDto {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  upToSeq?: number;
}

export class MarkConversationReadDto extends ConversationIdDto {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  upToSeq?: number;
}

export class ReportedStatusDto {
  @IsIn(REPORTED_STATUSES)
  status!: ReportedStatus;
}

export class UpdateMessageStatusDto extends MessageIdDto {
  @IsIn(REPORTED_STATUSES)
  status!: ReportedStatus;
}

export class MessageDeliveryDto {
  @IsId()
  messageId!: string;

  @IsIn(DELIVERY_STATUSES)
  status!: DeliveryStatus;

  /** One entry for each other member; `sent` also for those who keep to themselves what they have read. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DeliveryDto)
  delivery_info!: DeliveryDto[];
}

export class ConversationReadDto {
  @IsId()
  conversationId!: string;

  @IsUserId()
  userId!: number;

  /** They have read everything up to this message. */
  @IsInt()
  seq!: number;

  @IsTimestamp()
  at!: string;
}
