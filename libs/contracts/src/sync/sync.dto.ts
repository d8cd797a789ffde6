import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ConversationDto } from '../conversations/conversation.dto';
import { IsFlag, IsId, IsLimit } from '../core/fields';
import { MessageDto } from '../messages/message.dto';

/** Conversations that one sync may name; a client that knows more asks for them range by range. */
export const MAX_CURSORS = 500;

export class CursorDto {
  @IsId()
  conversationId!: string;

  /** `ev` of the last change that the client has; 0: none. Left out: the client has only heard of it, and it is answered as `new`. */
  @IsOptional()
  @IsInt()
  @Min(0)
  ev?: number;
}

/** Which conversations a sync is about, in the order of their ids. */
class RangeDto {
  /** Only conversations whose id comes after this one. */
  @IsOptional()
  @IsId()
  after?: string;

  /** Only conversations whose id is this one or comes before it. */
  @IsOptional()
  @IsId()
  through?: string;

  /** Only what is named; nothing is `new` because it is not. */
  @IsOptional()
  @IsFlag()
  onlyNamed?: boolean;

  /** Changes for each conversation: 1–100, default 50. */
  @IsLimit(100)
  limit?: number;
}

export class SyncDto extends RangeDto {
  /** At most 500: how far the client is in the conversations that it knows; all that it knows between `after` and `through`. */
  @IsArray()
  @ArrayMaxSize(MAX_CURSORS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CursorDto)
  cursors!: CursorDto[];
}

export class SyncQueryDto extends RangeDto {
  /** `<conversation id>:<ev>`, or the id alone, separated by commas; at most 500. */
  @IsString()
  @MaxLength(MAX_CURSORS * 42)
  @Matches(/^$|^[0-9a-fA-F]{24}(:\d{1,15})?(,[0-9a-fA-F]{24}(:\d{1,15})?)*$/, {
    message: '$property must be <conversation id>:<ev>, separated by commas',
  })
  cursors!: string;
}

export class SyncedDto {
  @IsId()
  conversationId!: string;

  /** `changed` since the cursor; `new`: the caller is in it and named no `ev`; `gone`: it does not exist for the caller any more. */
  @IsIn(['changed', 'new', 'gone'])
  state!: 'changed' | 'new' | 'gone';

  /** As it is now, unless it is gone. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ConversationDto)
  conversation?: ConversationDto;

  /** Messages that came or changed since the cursor, as they are now, in the order of their `ev`. None of a `new` one. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MessageDto)
  messages!: MessageDto[];

  /** The next cursor. Of a `new` one: where it stands; what is older is read by `message:list`. */
  @IsInt()
  ev!: number;

  /** There is more behind `ev`. */
  @IsBoolean()
  more!: boolean;
}
