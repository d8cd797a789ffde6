import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  ValidateNested,
} from 'class-validator';
import { IsTimestamp, IsUserId, IsUserIds, OrNull } from '../core/fields';

/** People that one device may watch, or that may be asked for at once. */
const MAX_WATCHED = 200;

/** How somebody says that they are here; `invisible` looks to others as if they had gone. */
export const PRESENCE_STATUSES = ['online', 'away', 'dnd', 'invisible'] as const;
export type PresenceStatus = (typeof PRESENCE_STATUSES)[number];

export class SetPresenceDto {
  @IsIn(PRESENCE_STATUSES)
  status!: PresenceStatus;
}

export class SubscribePresenceDto {
  /** At most 200. They take the place of those that this socket watched before; none ends the watching. */
  @IsUserIds(0, MAX_WATCHED)
  userIds!: number[];
}

/** What the one who asks may see: a hidden presence looks like one who is offline, a hidden time like one who was never here. */
export class PresenceDto {
  @IsUserId()
  userId!: number;

  @IsBoolean()
  online!: boolean;

  /** When the user last came or went. */
  @OrNull()
  @IsTimestamp()
  lastSeen!: string | null;

  /** Of somebody who is online and has chosen something else than `online`; `invisible` for oneself only. */
  @IsOptional()
  @IsIn(PRESENCE_STATUSES)
  status?: PresenceStatus;
}

export class VisiblePresenceDto {
  @IsUserId()
  viewerId!: number;

  @IsUserIds(1, MAX_WATCHED)
  userIds!: number[];
}

export class SeenDto {
  @IsUserId()
  userId!: number;

  @IsTimestamp()
  at!: string;
}

export class SeenUsersDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => SeenDto)
  seen!: SeenDto[];
}
