import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { IsLimit, IsUserIdInPath, IsWhole, OrMissing, OrNull } from '../core/fields';
import { IsRoleName } from '../roles/role.dto';
import { IsAvatarUrl, IsFullName, IsPhone, IsUsername } from './profile-fields';
import { USER_STATUSES, UserDto, type UserStatus } from './user.dto';

/** A user as admins see them. */
export class AdminUserDto extends UserDto {
  /** In alphabetical order. */
  @IsString({ each: true })
  roles!: string[];
}

export const USER_SORTS = ['username', 'full_name', 'created_at', 'user_id'] as const;
export type UserSort = (typeof USER_SORTS)[number];

export class ListUsersDto {
  /**
   * Words, each the beginning of a word of the username or the full name, for admins also of email and phone. Accents and case do
   * not matter.
   */
  @IsOptional()
  @MaxLength(128)
  @IsString()
  search?: string;

  /** Admins only; others find active users. */
  @IsOptional()
  @IsIn(USER_STATUSES)
  status?: UserStatus;

  /** Admins only. */
  @IsOptional()
  @IsRoleName()
  role?: string;

  /** From 1; a way to jump. `cursor` is the way to walk: it neither skips nor repeats when users come and go. */
  @IsOptional()
  @IsWhole(1, 10_000)
  page?: number;

  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before, with the same sort. */
  @IsOptional()
  @Matches(/^[\w-]{1,1000}$/, { message: 'cursor must be the page.next of the page before' })
  cursor?: string;

  /** Default `username`. Users who are alike in it stand in the order of their ids. */
  @IsOptional()
  @IsIn(USER_SORTS)
  sortBy?: UserSort;

  @IsOptional()
  @IsIn(['asc', 'desc'])
  sortOrder?: 'asc' | 'desc';
}

export class UserPathDto {
  @IsUserIdInPath()
  id!: number;
}

/** What is missing stays as it is; null clears. */
export class UpdateUserDto {
  @OrMissing()
  @IsUsername()
  username?: string;

  @IsOptional()
  @OrNull()
  @IsFullName()
  fullName?: string | null;

  @IsOptional()
  @OrNull()
  @IsAvatarUrl()
  avatar_url?: string | null;

  @IsOptional()
  @OrNull()
  @IsPhone()
  phone?: string | null;
}
