import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, ValidateNested } from 'class-validator';
import { IsTimestamp, IsUserId, IsUserIds, OrNull } from '../core/fields';

/** People that one device may watch, or that may be asked for at once. */
const MAX_WATCHED = 200;

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
