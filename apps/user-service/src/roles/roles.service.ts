import { Injectable } from '@nestjs/common';
import {
  AppError,
  notFound,
  type CreateRoleDto,
  type RoleDto,
  type SecurityEventKind,
  type UpdateRoleDto,
} from '@app/contracts';
import type { Principal } from '@app/platform';
import { SecurityLog } from '../audit/security-log.service';
import { RoleRepository, RoleTakenError } from './role.repository';
import { toRoleDto } from './role.view';

/** Who changes something, and from where. */
export interface Actor {
  user: Principal;
  client: { ip: string; userAgent: string };
}

/** The roles that there are. What rights hang on (BUILT_IN_ROLES) keeps its name for ever. */
@Injectable()
export class RolesService {
  constructor(
    private readonly roles: RoleRepository,
    private readonly security: SecurityLog,
  ) {}

  async list(): Promise<RoleDto[]> {
    return (await this.roles.list()).map(toRoleDto);
  }

  /** Throws NOTFOUND. */
  async get(roleId: number): Promise<RoleDto> {
    const role = await this.roles.findById(roleId);
    if (!role) throw notFound('role');
    return toRoleDto(role);
  }

  /** Throws CONFLICT when there is one of that name. */
  async create(actor: Actor, { name, description }: CreateRoleDto): Promise<RoleDto> {
    const role = await refusingTaken(this.roles.insert({ name, description: description ?? '' }));
    await this.record('role.created', actor, { role: name });
    return toRoleDto(role);
  }

  /** Throws NOTFOUND, or CONFLICT for a name that is taken and for the name of a built-in role. */
  async update(actor: Actor, roleId: number, { name, description }: UpdateRoleDto): Promise<RoleDto> {
    const before = await this.get(roleId);
    const renamed = name !== undefined && name !== before.name;
    if (renamed && before.built_in) throw new AppError('CONFLICT', `${before.name} keeps its name`);
    await refusingTaken(this.roles.update(roleId, { name, description }));
    await this.record('role.updated', actor, { role: before.name, ...(renamed && { renamed: name }) });
    return this.get(roleId);
  }

  /** Takes it away from all who have it. Throws NOTFOUND, or CONFLICT for a built-in role. */
  async delete(actor: Actor, roleId: number): Promise<void> {
    const { name, built_in: builtIn } = await this.get(roleId);
    if (builtIn) throw new AppError('CONFLICT', `${name} cannot be deleted`);
    const users = await this.roles.delete(roleId);
    if (users === null) throw notFound('role');
    await this.record('role.deleted', actor, { role: name, users });
  }

  private record(
    kind: SecurityEventKind,
    { user, client }: Actor,
    details: Record<string, string | number>,
  ): Promise<void> {
    return this.security.record({ kind, userId: null, actorId: user.userId, client, details });
  }
}

async function refusingTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof RoleTakenError)) throw error;
    throw new AppError('CONFLICT', 'there is a role of that name', [{ field: 'name', message: 'is taken' }]);
  }
}
