import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsInt, IsString, ValidateNested } from 'class-validator';
import { IsId, IsUserId } from '../core/fields';
import { ReactionDto } from '../messages/message-parts.dto';
import { MessageCommandDto } from '../messages/message.dto';
import { IsEmoji } from './emoji';

export class ReactionBodyDto extends MessageCommandDto {
  /** A single emoji. */
  @IsEmoji()
  emoji!: string;
}

export class ReactDto extends ReactionBodyDto {
  @IsId()
  messageId!: string;
}

export class ReactionPathDto {
  @IsId()
  id!: string;

  /** A single emoji, percent-encoded. */
  @IsEmoji()
  emoji!: string;
}

/** `message:reaction`. */
export class MessageReactionDto {
  @IsId()
  messageId!: string;

  @IsId()
  conversationId!: string;

  /** Number of the conversation's change that it is. */
  @IsInt()
  ev!: number;

  /** Who has reacted, or taken a reaction back. */
  @IsUserId()
  userId!: number;

  @IsString()
  emoji!: string;

  @IsBoolean()
  added!: boolean;

  /** All reactions to the message, as they are after it. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ReactionDto)
  reactions!: ReactionDto[];
}
