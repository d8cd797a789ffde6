import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { ConversationDto } from '../conversations/conversation.dto';
import { IsTimestamp, IsUserId, OrNull } from '../core/fields';
import { DraftDto } from '../drafts/draft.dto';
import { FileDto } from '../files/file.dto';
import { NotificationDto } from '../notifications/notification.dto';
import { PushDeliveryDto } from '../notifications/push.dto';
import { ScheduledMessageDto } from '../scheduled/scheduled.dto';
import { UserDto } from '../users/user.dto';
import {
  ExportedHiddenMessageDto,
  ExportedMessageDto,
  ExportedPreferencesDto,
  ExportedPushSubscriptionDto,
  ExportedReactionDto,
  ExportedReceiptDto,
  ExportedSettingsDto,
} from './export-entries.dto';

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

export class ExportedConversationSettingsDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedSettingsDto)
  entries!: ExportedSettingsDto[];
}

export class ExportedDraftsDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DraftDto)
  entries!: DraftDto[];
}

export class ExportedScheduledMessagesDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ScheduledMessageDto)
  entries!: ScheduledMessageDto[];
}

export class ExportedFilesDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => FileDto)
  entries!: FileDto[];
}

export class ExportedNotificationsDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => NotificationDto)
  entries!: NotificationDto[];
}

export class ExportedNotificationPreferencesDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedPreferencesDto)
  entries!: ExportedPreferencesDto[];
}

export class ExportedPushSubscriptionsDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedPushSubscriptionDto)
  entries!: ExportedPushSubscriptionDto[];
}

export class ExportedPushDeliveriesDto extends PartDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PushDeliveryDto)
  entries!: PushDeliveryDto[];
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
  @Type(() => ExportedSettingsDto)
  conversation_settings!: ExportedSettingsDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DraftDto)
  drafts!: DraftDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ScheduledMessageDto)
  scheduled_messages!: ScheduledMessageDto[];

  /** What was uploaded; each can be had at its address while there is an account. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => FileDto)
  files!: FileDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => NotificationDto)
  notifications!: NotificationDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedPreferencesDto)
  notification_preferences!: ExportedPreferencesDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExportedPushSubscriptionDto)
  push_subscriptions!: ExportedPushSubscriptionDto[];

  /** What became of pushes in the last two weeks. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PushDeliveryDto)
  push_deliveries!: PushDeliveryDto[];

  /** Stands last, and only when nothing is missing. */
  @IsBoolean()
  complete!: boolean;
}
