import { IsBoolean, IsIn, IsInt, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsFlag, IsId, IsLimit, IsTimestamp, IsUserId, OrNull } from '../core/fields';

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
  @IsFlag()
  unreadOnly?: boolean;

  /** Unread messages of one conversation are one entry, the newest of them, with `count`. Default true. */
  @IsOptional()
  @IsFlag()
  collapse?: boolean;

  /** Only those of this type. */
  @IsOptional()
  @IsIn(NOTIFICATION_TYPES)
  type?: NotificationType;

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

  /** Only there when the message answers one of the user. */
  @IsOptional()
  @IsIn([true])
  replied?: true;

  /** Only there when it is about a reaction to a message of the user: the emoji. */
  @IsOptional()
  @IsString()
  reaction?: string;

  /** Only there in the hours in which the user does not want to be disturbed: it belongs into the list, without a sound. */
  @IsOptional()
  @IsIn([true])
  quiet?: true;

  /** In a collapsed list: how many unread messages of the conversation it stands for, when those are more than itself. */
  @IsOptional()
  @IsInt()
  count?: number;

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

  /** Those of the messages before it in this conversation were read with it. */
  @IsOptional()
  @IsId()
  conversationId?: string;
}

export class NotificationDeletedDto {
  @IsString()
  notificationId!: string;
}

export class NotificationCountDto {
  @IsInt()
  count!: number;
}
