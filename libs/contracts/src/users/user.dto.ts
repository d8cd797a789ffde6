import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { IsTimestamp, IsUserId, IsUserIds, OrNull } from '../core/fields';

export const USER_STATUSES = ['active', 'suspended'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

/** A user as they see themselves. */
export class UserDto {
  @IsUserId()
  user_id!: number;

  @IsString()
  username!: string;

  @IsString()
  email!: string;

  /** Whether the owner of the mailbox has confirmed it. */
  @IsBoolean()
  email_verified!: boolean;

  @OrNull()
  @IsString()
  full_name!: string | null;

  @OrNull()
  @IsString()
  avatar_url!: string | null;

  @OrNull()
  @IsString()
  phone!: string | null;

  @IsIn(USER_STATUSES)
  status!: UserStatus;

  @OrNull()
  @IsTimestamp()
  last_seen!: string | null;

  @IsTimestamp()
  created_at!: string;

  @IsTimestamp()
  updated_at!: string;
}

/** A user as others see them. */
export class UserCardDto {
  @IsUserId()
  user_id!: number;

  @IsString()
  username!: string;

  @OrNull()
  @IsString()
  full_name!: string | null;

  @OrNull()
  @IsString()
  avatar_url!: string | null;

  /** Only there when the account was deleted: the rest says nothing then. */
  @IsOptional()
  @IsIn([true])
  deleted?: true;
}

export class UserIdsDto {
  @IsUserIds(1, 1_000)
  ids!: number[];
}

export class UsernamesDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(50, { each: true })
  usernames!: string[];
}
