import { Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { all, IsId, IsLimit, IsUserIdInPath, IsWhole } from '../core/fields';
import { MessageDto, SENT_TYPES, type SentType } from '../messages/message.dto';

export const SEARCH_LIMITS = { query: 128, skip: 1_000, total: 1_000 } as const;

/** A day, or a moment with its zone: without one it would mean something else on another server. */
const IsMoment = (): PropertyDecorator =>
  all(
    IsISO8601({ strict: true }, { message: '$property must be an ISO 8601 date' }),
    Matches(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?$/, {
      message: '$property must be an ISO 8601 date: a day, or a time with its zone',
    }),
  );

/** All that is given must hold. */
export class SearchMessagesDto {
  /** Words: a message has all of them, in any order, whatever their case and accents. The last one may go on. */
  @IsString()
  @Length(1, SEARCH_LIMITS.query)
  query!: string;

  @IsOptional()
  @IsId()
  conversationId?: string;

  @IsOptional()
  @IsUserIdInPath()
  senderId?: number;

  /** Sent at this moment or after it. A day begins at midnight UTC. */
  @IsOptional()
  @IsMoment()
  startDate?: string;

  /** Sent before this moment. */
  @IsOptional()
  @IsMoment()
  endDate?: string;

  @IsOptional()
  @IsIn(SENT_TYPES)
  type?: SentType;

  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @Matches(/^[0-9a-f]{24}$/, { message: 'cursor must be the page.next of the page before' })
  cursor?: string;

  /** In place of a cursor, for a few pages: at most 1,000. */
  @IsOptional()
  @IsWhole(0, SEARCH_LIMITS.skip)
  skip?: number;
}

/** A part of `content` in UTF-16 units, as in JavaScript: `content.slice(start, end)`. */
export class HighlightDto {
  @IsInt()
  start!: number;

  @IsInt()
  end!: number;
}

/** The message as `message:created` tells it, without who has read it. */
export class FoundMessageDto extends MessageDto {
  /** What was found, in the order of the text, without overlaps; at most 100. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => HighlightDto)
  highlights!: HighlightDto[];
}
