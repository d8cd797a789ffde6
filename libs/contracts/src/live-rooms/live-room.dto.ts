import { IsArray, IsInt } from 'class-validator';
import { IsId } from '../core/fields';

export class ConversationStatusDto {
  /** Members who are online, on any instance, and who let the caller see it. */
  @IsArray()
  @IsInt({ each: true })
  online!: number[];

  /** Those of them who have the conversation open now: see `conversation:join`. */
  @IsArray()
  @IsInt({ each: true })
  here!: number[];
}

export class RoomPresenceDto {
  @IsId()
  conversationId!: string;

  /** Members who have opened the conversation, on their first device. */
  @IsArray()
  @IsInt({ each: true })
  entered!: number[];

  /** Members who have closed it, on their last device. */
  @IsArray()
  @IsInt({ each: true })
  left!: number[];
}
