import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { IsId, IsTimestamp, IsUserId, IsUserIds, OrNull } from '../core/fields';
import {
  DELIVERY_STATUSES,
  DeliveryDto,
  MESSAGE_TYPES,
  MessageDto,
  type DeliveryStatus,
  type MessageType,
} from './message.dto';
import { SenderDto } from './message-parts.dto';

/** A new message as everybody hears of it. */
export class LiveMessageDto extends MessageDto {
  /** Its sender, as far as they are known at this moment; left out when they are not. Pages of a history have `sender_id` only. */
  @IsOptional()
  @ValidateNested()
  @Type(() => SenderDto)
  user?: SenderDto;
}

export class MessageDeletedDto {
  @IsId()
  messageId!: string;

  @IsId()
  conversationId!: string;

  @IsInt()
  seq!: number;

  /** With `forMe`: the number that the message had. */
  @IsInt()
  ev!: number;

  /** It is gone for this user only, on all devices. */
  @IsOptional()
  @IsIn([true])
  forMe?: true;
}

export class MessageStatusDto {
  @IsId()
  messageId!: string;

  @IsId()
  conversationId!: string;

  @IsUserId()
  userId!: number;

  /** `failed`: a device of the member could not show it. */
  @IsIn([...DELIVERY_STATUSES, 'failed'])
  status!: DeliveryStatus | 'failed';

  @IsTimestamp()
  timestamp!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DeliveryDto)
  deliveryInfo!: DeliveryDto[];
}

/** `message.created` on the bus: what consumers need to act without asking the chat service. */
export class MessageCreatedDto {
  @IsId()
  messageId!: string;

  @IsId()
  conversationId!: string;

  @OrNull()
  @IsString()
  conversationName!: string | null;

  @IsIn(['private', 'group', 'channel'])
  conversationType!: 'private' | 'group' | 'channel';

  @IsInt()
  seq!: number;

  @IsUserId()
  senderId!: number;

  @IsString()
  senderName!: string;

  /** The first 200 characters. */
  @IsString()
  preview!: string;

  @IsIn(MESSAGE_TYPES)
  messageType!: MessageType;

  /** The members other than the sender; a large group comes as several events of at most 500 each. */
  @IsUserIds(1, 500)
  recipientIds!: number[];

  @IsTimestamp()
  createdAt!: string;

  /** The members whom it names; absent: none. */
  @IsOptional()
  @IsArray()
  @IsInt({ each: true })
  mentions?: number[];

  /** It names everybody; absent: no. */
  @IsOptional()
  @IsBoolean()
  mentionAll?: boolean;

  /** Whose message it answers; absent: nobody's. */
  @IsOptional()
  @IsUserId()
  repliedToId?: number;

  /** The recipients who have the conversation open and follow it at this moment; absent: none. */
  @IsOptional()
  @IsArray()
  @IsInt({ each: true })
  reading?: number[];

  /** The recipients who do not want to be told of it: they have muted the conversation; absent: none. */
  @IsOptional()
  @IsArray()
  @IsInt({ each: true })
  quiet?: number[];
}

/** `message.reacted` on the bus: one person to one message of another. */
export class MessageReactedDto {
  @IsId()
  messageId!: string;

  @IsId()
  conversationId!: string;

  @OrNull()
  @IsString()
  conversationName!: string | null;

  @IsIn(['private', 'group', 'channel'])
  conversationType!: 'private' | 'group' | 'channel';

  /** Whose message it is. */
  @IsUserId()
  authorId!: number;

  @IsUserId()
  actorId!: number;

  @IsString()
  actorName!: string;

  @IsString()
  emoji!: string;

  /** The author has the conversation open at this moment, or has muted it; absent: neither. */
  @IsOptional()
  @IsIn(['reading', 'muted'])
  quiet?: 'reading' | 'muted';

  @IsTimestamp()
  reactedAt!: string;
}

/** What is told of every later change of a message. */
class MessageChangedDto {
  @IsId()
  messageId!: string;

  @IsId()
  conversationId!: string;

  @IsInt()
  seq!: number;

  /** Number of the change: of two about one message the higher is the later. */
  @IsInt()
  ev!: number;

  @IsUserId()
  senderId!: number;
}

/** `message.updated` on the bus. */
export class MessageEditedDto extends MessageChangedDto {
  /** The first 200 characters, as they are now. */
  @IsString()
  preview!: string;

  @IsTimestamp()
  editedAt!: string;
}

/** `message.deleted` on the bus. */
export class MessageRemovedDto extends MessageChangedDto {
  @IsTimestamp()
  deletedAt!: string;
}
