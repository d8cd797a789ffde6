import { BUILT_IN_ROLES, type RoleDto } from '@app/contracts';
import type { Role } from './role.entity';

export const isBuiltIn = (name: string): boolean => BUILT_IN_ROLES.some((builtIn) => builtIn === name);

export const toRoleDto = ({ roleId, name, description }: Role): RoleDto => ({
  role_id: roleId,
  name,
  description,
  built_in: isBuiltIn(name),
});
