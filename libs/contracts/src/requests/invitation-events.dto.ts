import { IsIn, IsInt, IsString } from 'class-validator';
import { IsId, IsTimestamp, IsUserId, IsUserIds, OrNull } from '../core/fields';

/** `request.created` on the bus. */
export class RequestCreatedDto {
  @IsId()
  conversationId!: string;

  @IsUserId()
  initiatorId!: number;

  @IsString()
  initiatorName!: string;

  @IsUserId()
  addresseeId!: number;

  @IsTimestamp()
  createdAt!: string;
}

/** `request.accepted` on the bus. */
export class RequestAcceptedDto {
  @IsId()
  conversationId!: string;

  @IsUserId()
  initiatorId!: number;

  @IsUserId()
  acceptedBy!: number;

  @IsString()
  acceptedByName!: string;

  @IsTimestamp()
  acceptedAt!: string;
}

/** `request.declined` on the bus. */
export class RequestDeclinedDto {
  @IsId()
  conversationId!: string;

  @IsUserId()
  initiatorId!: number;

  @IsUserId()
  declinedBy!: number;

  @IsString()
  declinedByName!: string;

  @IsTimestamp()
  declinedAt!: string;
}

/** `group_invite.created` on the bus. */
export class GroupInviteCreatedDto {
  @IsId()
  conversationId!: string;

  @OrNull()
  @IsString()
  conversationName!: string | null;

  @IsIn(['private', 'group', 'channel'])
  conversationType!: 'private' | 'group' | 'channel';

  /** The change of the conversation by which it happened; 0: it was begun with them. */
  @IsInt()
  ev!: number;

  @IsUserId()
  inviterId!: number;

  @IsString()
  inviterName!: string;

  /** Whom they have added; a large group comes as several events of at most 500 each. */
  @IsUserIds(1, 500)
  inviteeIds!: number[];

  @IsTimestamp()
  createdAt!: string;
}
