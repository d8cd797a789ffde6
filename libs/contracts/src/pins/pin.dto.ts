import { IsBoolean, IsInt } from 'class-validator';
import { IsId, IsUserId } from '../core/fields';
import { MessageCommandDto } from '../messages/message.dto';

export class PinMessageDto extends MessageCommandDto {
  @IsId()
  messageId!: string;
}

/** `message:pinned`. */
export class MessagePinnedDto {
  @IsId()
  messageId!: string;

  @IsId()
  conversationId!: string;

  /** Number of the conversation's change that it is. */
  @IsInt()
  ev!: number;

  /** False: it is not pinned any more. */
  @IsBoolean()
  pinned!: boolean;

  @IsUserId()
  by!: number;
}
