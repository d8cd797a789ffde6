import { IsInt } from 'class-validator';
import { IsTimestamp, IsUserId, IsUserIdInPath } from '../core/fields';
import { UserCardDto } from '../users/user.dto';

export class BlockPathDto {
  @IsUserIdInPath()
  userId!: number;
}

export class BlockedUserDto extends UserCardDto {
  @IsTimestamp()
  blocked_at!: string;
}

export class BlockOfDto {
  /** Who blocks. */
  @IsUserId()
  userId!: number;

  @IsUserId()
  blockedId!: number;
}

/** `user.blocked` and `user.unblocked`. */
export class BlockChangedDto {
  /** Who blocks. */
  @IsUserId()
  userId!: number;

  @IsUserId()
  blockedId!: number;

  /** Of two events about the same two people the one with the higher number is the later fact. */
  @IsInt()
  rev!: number;
}

export class BlockNoticeDto {
  /** Who was blocked or unblocked. */
  @IsUserId()
  userId!: number;
}
