import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ConversationSettingsDto } from '../conversation-settings/settings.dto';
import { IsFlag, IsId, IsLimit, IsTimestamp, IsUserId, IsUserIds, OrNull } from '../core/fields';
import { MessageDto } from '../messages/message.dto';

export const CONVERSATION_TYPES = ['private', 'group', 'channel'] as const;
export type ConversationType = (typeof CONVERSATION_TYPES)[number];
/** Of a private conversation that began between people who are no contacts; all others are `accepted`. */
export const REQUEST_STATUSES = ['pending', 'accepted', 'declined'] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

export class ConversationIdDto {
  @IsId()
  conversationId!: string;
}

export class ConversationPathDto {
  @IsId()
  id!: string;
}

/**
 * `participants` is an alias of `participantIds`; one of the two is needed, with at least one other user, except for a
 * channel. The caller is always a member.
 */
export class CreateConversationDto {
  /** A channel needs one. It need not be unique. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  name?: string;

  @IsOptional()
  @IsUserIds(0, 1_000)
  participantIds?: number[];

  @IsOptional()
  @IsUserIds(0, 1_000)
  participants?: number[];

  /** Default `group`. The private conversation of two users is always the same one. */
  @IsOptional()
  @IsIn(CONVERSATION_TYPES)
  type?: ConversationType;

  @IsOptional()
  @IsString()
  @MaxLength(2_048)
  avatar?: string;
}

export class ListConversationsDto {
  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  skip?: number;

  /** `page.next` of the page before; wins over `skip`. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;

  /** Only those of this type. */
  @IsOptional()
  @IsIn(CONVERSATION_TYPES)
  type?: ConversationType;

  /** Only those in this state: `pending` are message requests, own ones and those of others. */
  @IsOptional()
  @IsIn(REQUEST_STATUSES)
  status?: RequestStatus;

  /** True: only the archived ones; otherwise only the others. */
  @IsOptional()
  @IsFlag()
  archived?: boolean;
}

export class ConversationDto {
  @IsId()
  _id!: string;

  @IsIn(CONVERSATION_TYPES)
  type!: ConversationType;

  @OrNull()
  @IsString()
  name!: string | null;

  @OrNull()
  @IsString()
  avatar!: string | null;

  @IsInt({ each: true })
  @IsArray()
  participants!: number[];

  @IsUserId()
  admin_id!: number;

  @IsArray()
  @IsInt({ each: true })
  moderator_ids!: number[];

  @IsIn(REQUEST_STATUSES)
  status!: RequestStatus;

  /** Who began it. */
  @IsUserId()
  initiator_id!: number;

  @IsOptional()
  @IsString()
  description?: string;

  /** Of a group or channel: six characters that let somebody join. */
  @IsOptional()
  @IsString()
  code?: string;

  /** What the caller has set for themself; in the answers to `conversation:get` and `conversation:list`. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ConversationSettingsDto)
  mySettings?: ConversationSettingsDto;

  /** Seconds after which new messages disappear. */
  @IsOptional()
  @IsInt()
  disappear_after?: number;

  @IsTimestamp()
  created_at!: string;

  @IsTimestamp()
  updated_at!: string;
}

export class ConversationListItemDto extends ConversationDto {
  @OrNull()
  @ValidateNested()
  @Type(() => MessageDto)
  lastMessage!: MessageDto | null;

  /** Messages of others after the caller's read watermark that still exist. */
  @IsInt()
  unread!: number;
}

export class JoinedDto {
  /** `seq` of the newest message, 0 when there is none. */
  @IsInt()
  lastSeq!: number;

  /** Number of the newest change; every live event carries its own, so that a gap can be noticed. */
  @IsInt()
  lastEv!: number;

  /** Members who are online, on any instance, and who let the caller see it. */
  @IsArray()
  @IsInt({ each: true })
  membersOnline!: number[];

  /** Those of them who have the conversation open now, the caller included; `conversation:presence` tells what changes. */
  @IsArray()
  @IsInt({ each: true })
  here!: number[];
}

export class MemberDto {
  @IsUserId()
  userId!: number;

  @IsIn(['admin', 'moderator', 'member'])
  role!: 'admin' | 'moderator' | 'member';

  @IsTimestamp()
  joinedAt!: string;

  /** As far as the caller may see. */
  @IsBoolean()
  online!: boolean;
}

export class ConversationCreatedDto {
  @ValidateNested()
  @Type(() => ConversationDto)
  conversation!: ConversationDto;
}
