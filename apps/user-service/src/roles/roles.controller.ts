import { Controller } from '@nestjs/common';
import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  updateRole,
  type EmptyDto,
  type RoleDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { RolesService } from './roles.service';

@Controller()
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  @Handles(listRoles)
  list(): Promise<RoleDto[]> {
    return this.roles.list();
  }

  @Handles(createRole)
  create(@Input() { body, ...actor }: InputOf<typeof createRole>): Promise<RoleDto> {
    return this.roles.create(actor, body);
  }

  @Handles(getRole)
  get(@Input() { params }: InputOf<typeof getRole>): Promise<RoleDto> {
    return this.roles.get(params.id);
  }

  @Handles(updateRole)
  update(@Input() { params, body, ...actor }: InputOf<typeof updateRole>): Promise<RoleDto> {
    return this.roles.update(actor, params.id, body);
  }

  @Handles(deleteRole)
  async delete(@Input() { params, ...actor }: InputOf<typeof deleteRole>): Promise<EmptyDto> {
    await this.roles.delete(actor, params.id);
    return {};
  }
}
