import { IsArray, IsInt, IsOptional, IsString } from 'class-validator';
import { IsTimestamp, IsUserId, OrNull } from '../core/fields';

/** Who has sent a message, as live messages show them. */
export class SenderDto {
  @IsUserId()
  id!: number;

  /** The username. */
  @IsString()
  name!: string;

  /** null: there is none; left out: it is not known at this moment. */
  @IsOptional()
  @OrNull()
  @IsString()
  avatar_url?: string | null;
}

/** Who has reacted with one emoji. */
export class ReactionDto {
  @IsString()
  emoji!: string;

  @IsArray()
  @IsInt({ each: true })
  user_ids!: number[];
}

/** At the root of a thread. */
export class ThreadSummaryDto {
  /** Replies that are not deleted; 100 means "100 or more". */
  @IsInt()
  count!: number;

  @IsTimestamp()
  last_reply_at!: string;
}

/** Where a forwarded message comes from; not from which conversation, which its readers may not know. */
export class ForwardedFromDto {
  @IsUserId()
  sender_id!: number;

  @IsTimestamp()
  created_at!: string;
}
