import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsId, IsLimit, IsTimestamp, IsUserId, OrNull } from '../core/fields';

export const NOTIFICATION_TYPES = ['message', 'group_invite', 'request', 'system'] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

export class NotificationIdDto {
  @IsString()
  @MaxLength(100)
  notificationId!: string;
}

export class NotificationPathDto {
  @IsString()
  @MaxLength(100)
  id!: string;
}

export class ListNotificationsDto {
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  unreadOnly?: boolean;

  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

export class NotificationDto {
  @IsString()
  _id!: string;

  @IsUserId()
  user_id!: number;

  @IsIn(NOTIFICATION_TYPES)
  type!: NotificationType;

  /** The user who caused it: the sender of a message. */
  @OrNull()
  @IsUserId()
  actor_id!: number | null;

  @IsString()
  title!: string;

  @IsString()
  content!: string;

  /** For a message, an invitation and a message request: the conversation; for a contact request: the request. */
  @OrNull()
  @IsString()
  related_id!: string | null;

  @OrNull()
  @IsId()
  message_id!: string | null;

  /** Only there when the message names the user, or everybody. */
  @IsOptional()
  @IsIn([true])
  mentioned?: true;

  @IsBoolean()
  is_read!: boolean;

  @IsTimestamp()
  created_at!: string;

  @IsTimestamp()
  updated_at!: string;
}

export class NotificationReadDto {
  @IsString()
  notificationId!: string;

  @IsBoolean()
  is_read!: boolean;
}

export class NotificationCountDto {
  @IsInt()
  count!: number;
}
