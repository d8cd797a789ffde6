import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsClientId, IsId, IsTimestamp, IsUserId, IsUserIds, OrNull } from '../core/fields';

export class PostBroadcastDto {
  @IsString()
  @Length(1, 200)
  title!: string;

  @IsString()
  @MaxLength(2_000)
  content!: string;

  /** Who shall hear it; left out: everybody. */
  @IsOptional()
  @IsUserIds(1, 1_000)
  userIds?: number[];

  /** When it leaves the lists; left out: as late as may be (BROADCAST_DAYS). */
  @IsOptional()
  @IsTimestamp()
  expiresAt?: string;

  /** The same again is the same broadcast. */
  @IsClientId()
  clientId?: string;
}

export class BroadcastDto {
  @IsId()
  id!: string;

  @IsString()
  title!: string;

  @IsString()
  content!: string;

  @IsIn(['all', 'selection'])
  audience!: 'all' | 'selection';

  @IsTimestamp()
  createdAt!: string;

  @IsTimestamp()
  expiresAt!: string;
}

/** `system.broadcast` on the bus. */
export class SystemBroadcastDto {
  @IsId()
  broadcastId!: string;

  @IsString()
  title!: string;

  @IsString()
  content!: string;

  /** Null: everybody. */
  @OrNull()
  @IsUserIds(1, 1_000)
  userIds!: number[] | null;

  @IsUserId()
  createdBy!: number;

  @IsTimestamp()
  createdAt!: string;

  @IsTimestamp()
  expiresAt!: string;
}
