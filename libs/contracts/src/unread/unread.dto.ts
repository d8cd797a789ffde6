import { IsInt } from 'class-validator';
import { IsCounts } from '../core/fields';

/** Messages of others after the reader's watermarks that still exist. */
export class UnreadCountDto {
  @IsInt()
  count!: number;

  /** By conversation id; those in which everything is read are left out. */
  @IsCounts()
  byConversation!: Record<string, number>;
}

export class UnreadTotalDto {
  @IsInt()
  total!: number;

  /** By conversation id; those in which everything is read are left out. */
  @IsCounts()
  byConversation!: Record<string, number>;
}
