import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { all, IsUserIdInPath, IsWhole, OrMissing } from '../core/fields';

/** What rights hang on. They cannot be renamed or deleted; other roles are labels that a system may give a meaning of its own. */
export const BUILT_IN_ROLES = ['admin', 'moderator', 'member'] as const;

/** Roles travel in access tokens: their number and length are bounded by the length of a token. */
export const MAX_ROLES_PER_USER = 20;

const NAME = /^[a-z][a-z0-9-]{1,30}$/;

const nameRule = (each: boolean) =>
  Matches(NAME, {
    each,
    message: '$property must be 2 to 31 small letters, digits or dashes, a letter first',
  });

export const IsRoleName = (): PropertyDecorator => nameRule(false);

const IsRoleNames = (): PropertyDecorator => all(nameRule(true), ArrayMaxSize(MAX_ROLES_PER_USER), IsArray());

const IsDescription = (): PropertyDecorator =>
  all(
    Matches(/^\P{Cc}*$/u, { message: '$property must not contain control characters' }),
    MaxLength(200),
    IsString(),
  );

export class RoleDto {
  @IsInt()
  role_id!: number;

  @IsString()
  name!: string;

  @IsString()
  description!: string;

  /** Cannot be renamed or deleted. */
  @IsBoolean()
  built_in!: boolean;
}

export class CreateRoleDto {
  /** Unique. 2–31 small letters, digits or dashes, a letter first. */
  @IsRoleName()
  name!: string;

  @OrMissing()
  @IsDescription()
  description?: string;
}

/** What is missing stays as it is. */
export class UpdateRoleDto {
  @OrMissing()
  @IsRoleName()
  name?: string;

  @OrMissing()
  @IsDescription()
  description?: string;
}

export class RolePathDto {
  @IsWhole(1, 2_147_483_647)
  id!: number;
}

/** All roles that the user shall have; `member` is always one of them. */
export class SetRolesDto {
  @IsRoleNames()
  roles!: string[];
}

export class UserRolePathDto {
  @IsUserIdInPath()
  id!: number;

  @IsRoleName()
  name!: string;
}

export class UserRolesDto {
  /** In alphabetical order. */
  @IsString({ each: true })
  roles!: string[];
}

export class SuspendDto {
  /** For the security log. */
  @IsOptional()
  @IsDescription()
  reason?: string;
}
