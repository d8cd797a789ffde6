import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { ConversationDto } from '../conversations/conversation.dto';
import { IsClientId, IsId, IsUserId } from '../core/fields';

export class AnswerRequestDto {
  @IsId()
  conversationId!: string;

  @IsClientId()
  clientId?: string;
}

export class RequestAcceptedNoticeDto {
  @IsId()
  conversationId!: string;

  @IsUserId()
  acceptedBy!: number;
}

export class RequestDeclinedNoticeDto {
  @IsId()
  conversationId!: string;

  @IsUserId()
  declinedBy!: number;
}

export class ConversationInvitedDto {
  @ValidateNested()
  @Type(() => ConversationDto)
  conversation!: ConversationDto;

  @IsUserId()
  invitedBy!: number;
}
