import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsMongoId,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { ERRORS, type ErrorCode } from '../core/errors';
import { IsClientId, IsId } from '../core/fields';
import { SentMessageDto } from '../messages/message.dto';

const MAX_TARGETS = 10;

export class ForwardBodyDto {
  /** Where to. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_TARGETS)
  @ArrayUnique()
  @IsMongoId({ each: true, message: 'each value in $property must be an id (24 hex characters)' })
  conversationIds!: string[];

  /** Of the copy in each of the conversations: a repeat makes no second copy. */
  @IsClientId()
  clientId?: string;
}

export class ForwardMessageDto extends ForwardBodyDto {
  @IsId()
  messageId!: string;
}

/** Why there is no copy in a conversation. */
export class ForwardErrorDto {
  @IsIn(Object.keys(ERRORS))
  code!: ErrorCode;

  @IsString()
  message!: string;
}

/** What became of one of the copies: `message` or `error`. */
export class ForwardedDto {
  @IsId()
  conversationId!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => SentMessageDto)
  message?: SentMessageDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => ForwardErrorDto)
  error?: ForwardErrorDto;
}
