import { listOf, one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { AdminUserDto, UserPathDto } from '../users/user-list.dto';
import { userExample } from '../users/user.contracts';
import {
  CreateRoleDto,
  RoleDto,
  RolePathDto,
  SetRolesDto,
  SuspendDto,
  UpdateRoleDto,
  UserRolePathDto,
  UserRolesDto,
} from './role.dto';

const ADMINS = ['admin'] as const;

const roleExample: RoleDto = {
  role_id: 4,
  name: 'support',
  description: 'Answers questions.',
  built_in: false,
};

const adminUserExample: AdminUserDto = { ...userExample, roles: ['member', 'support'] };

export const listRoles = route('GET /roles', {
  tag: 'roles',
  summary: 'All roles, in alphabetical order.',
  access: 'user',
  roles: ADMINS,
  result: listOf(RoleDto),
  example: { result: [roleExample] },
});

export const createRole = route('POST /roles', {
  tag: 'roles',
  summary: 'A new role. It is a label until something asks for it.',
  access: 'user',
  roles: ADMINS,
  status: 201,
  body: CreateRoleDto,
  result: one(RoleDto),
  errors: ['CONFLICT'],
  example: { body: { name: 'support', description: 'Answers questions.' }, result: roleExample },
});

export const getRole = route('GET /roles/:id', {
  tag: 'roles',
  summary: 'One role.',
  access: 'user',
  roles: ADMINS,
  params: RolePathDto,
  result: one(RoleDto),
  example: { result: roleExample },
});

export const updateRole = route('PATCH /roles/:id', {
  tag: 'roles',
  summary: 'Change the name or the description of a role. Built-in roles keep their names.',
  access: 'user',
  roles: ADMINS,
  params: RolePathDto,
  body: UpdateRoleDto,
  result: one(RoleDto),
  errors: ['CONFLICT'],
  example: { body: { description: 'Answers questions.' }, result: roleExample },
});

export const deleteRole = route('DELETE /roles/:id', {
  tag: 'roles',
  summary: 'Delete a role and take it away from all who have it. Built-in roles stay.',
  access: 'user',
  roles: ADMINS,
  params: RolePathDto,
  result: one(EmptyDto),
  errors: ['CONFLICT'],
  example: { result: {} },
});

export const getUserRoles = route('GET /users/:id/roles', {
  tag: 'roles',
  summary: 'The roles of a user.',
  access: 'user',
  roles: ADMINS,
  params: UserPathDto,
  result: one(UserRolesDto),
  example: { result: { roles: ['member', 'support'] } },
});

export const setUserRoles = route('PUT /users/:id/roles', {
  tag: 'roles',
  summary:
    'Give a user exactly these roles, and `member`. Who loses a built-in role is signed out everywhere: their tokens would still carry it.',
  access: 'user',
  roles: ADMINS,
  params: UserPathDto,
  body: SetRolesDto,
  result: one(UserRolesDto),
  errors: ['CONFLICT'],
  example: { body: { roles: ['support'] }, result: { roles: ['member', 'support'] } },
});

export const removeUserRole = route('DELETE /users/:id/roles/:name', {
  tag: 'roles',
  summary: 'Take one role away from a user; `member` stays.',
  access: 'user',
  roles: ADMINS,
  params: UserRolePathDto,
  result: one(UserRolesDto),
  errors: ['CONFLICT'],
  example: { result: { roles: ['member'] } },
});

export const suspendUser = route('POST /users/:id/suspend', {
  tag: 'roles',
  summary: 'Lock a user out: all sessions end at once, and a sign-in is answered like a wrong password.',
  access: 'user',
  roles: ADMINS,
  params: UserPathDto,
  body: SuspendDto,
  result: one(AdminUserDto),
  errors: ['CONFLICT'],
  example: {
    body: { reason: 'Sends advertisements.' },
    result: { ...adminUserExample, status: 'suspended' },
  },
});

export const activateUser = route('POST /users/:id/activate', {
  tag: 'roles',
  summary: 'Let a suspended user in again.',
  access: 'user',
  roles: ADMINS,
  params: UserPathDto,
  result: one(AdminUserDto),
  example: { result: adminUserExample },
});
