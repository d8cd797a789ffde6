import type { AdminUserDto, UserCardDto, UserDto } from '@app/contracts';
import type { User } from './user.entity';

/** A user as they see themselves. Field by field: what is added to the table stays inside until it is named here. */
export const toUserDto = (user: User): UserDto => ({
  user_id: user.userId,
  username: user.username,
  email: user.email,
  email_verified: user.emailVerifiedAt !== null,
  full_name: user.fullName,
  avatar_url: user.avatarUrl,
  phone: user.phone,
  status: user.status,
  last_seen: user.lastSeen?.toISOString() ?? null,
  created_at: user.createdAt.toISOString(),
  updated_at: user.updatedAt.toISOString(),
});

/** A user, with roles, as admins see them. */
export const toAdminUser = (user: User): AdminUserDto => ({
  ...toUserDto(user),
  roles: user.roles.map(({ name }) => name).sort(),
});

/** What is left of somebody who has deleted the account: enough to show old messages. */
export const toTombstone = (userId: number): UserCardDto => ({
  user_id: userId,
  username: `deleted-${userId}`,
  full_name: null,
  avatar_url: null,
  deleted: true,
});

/** A user as others see them. */
export const toUserCard = (user: User): UserCardDto => ({
  user_id: user.userId,
  username: user.username,
  full_name: user.fullName,
  avatar_url: user.avatarUrl,
});
