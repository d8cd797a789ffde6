import { IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ERROR_CODES, type ErrorCode } from '../core/errors';
import { IsClientId, IsId, IsLimit, IsTimestamp, OrMissing, OrNull } from '../core/fields';
import { SENT_TYPES, SendBodyDto, type SentType } from '../messages/message.dto';

export const SCHEDULED_STATUSES = ['waiting', 'failed'] as const;
export type ScheduledStatus = (typeof SCHEDULED_STATUSES)[number];

export class ScheduleBodyDto extends SendBodyDto {
  /** When to send it: later than now. */
  @IsTimestamp()
  sendAt!: string;
}

export class ScheduleMessageDto extends ScheduleBodyDto {
  @IsId()
  conversationId!: string;
}

export class ScheduledIdDto {
  @IsId()
  scheduledId!: string;
}

export class ScheduledPathDto {
  @IsId()
  id!: string;
}

export class RescheduleBodyDto {
  @OrMissing()
  @IsTimestamp()
  sendAt?: string;

  @OrMissing()
  @IsString()
  @MaxLength(8_000)
  content?: string;

  @IsClientId()
  clientId?: string;
}

export class RescheduleMessageDto extends RescheduleBodyDto {
  @IsId()
  scheduledId!: string;
}

export class ListScheduledDto {
  /** Only those to this conversation. */
  @IsOptional()
  @IsId()
  conversationId?: string;

  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export class ScheduledMessageDto {
  @IsId()
  _id!: string;

  @IsId()
  conversation_id!: string;

  @IsString()
  content!: string;

  @IsIn(SENT_TYPES)
  type!: SentType;

  @IsArray()
  @IsString({ each: true })
  attachments!: string[];

  @OrNull()
  @IsId()
  reply_to!: string | null;

  @OrNull()
  @IsId()
  thread_id!: string | null;

  @IsTimestamp()
  send_at!: string;

  @IsIn(SCHEDULED_STATUSES)
  status!: ScheduledStatus;

  /** Why it could not be sent; with status `failed`. */
  @IsOptional()
  @IsIn(ERROR_CODES)
  error?: ErrorCode;

  @IsTimestamp()
  created_at!: string;
}

export class UnscheduledDto extends ScheduledIdDto {
  @IsId()
  conversationId!: string;

  @IsIn(['sent', 'cancelled'])
  reason!: 'sent' | 'cancelled';
}
