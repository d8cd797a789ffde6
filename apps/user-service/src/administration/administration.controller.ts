import { Controller } from '@nestjs/common';
import {
  activateUser,
  getUserRoles,
  removeUserRole,
  setUserRoles,
  suspendUser,
  type AdminUserDto,
  type UserRolesDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { AdministrationService } from './administration.service';

@Controller()
export class AdministrationController {
  constructor(private readonly administration: AdministrationService) {}

  @Handles(getUserRoles)
  roles(@Input() { params }: InputOf<typeof getUserRoles>): Promise<UserRolesDto> {
    return this.administration.rolesOf(params.id);
  }

  @Handles(setUserRoles)
  setRoles(@Input() { params, body, ...actor }: InputOf<typeof setUserRoles>): Promise<UserRolesDto> {
    return this.administration.setRoles(actor, params.id, body.roles);
  }

  @Handles(removeUserRole)
  removeRole(@Input() { params, ...actor }: InputOf<typeof removeUserRole>): Promise<UserRolesDto> {
    return this.administration.removeRole(actor, params.id, params.name);
  }

  @Handles(suspendUser)
  suspend(@Input() { params, body, ...actor }: InputOf<typeof suspendUser>): Promise<AdminUserDto> {
    return this.administration.suspend(actor, params.id, body.reason);
  }

  @Handles(activateUser)
  activate(@Input() { params, ...actor }: InputOf<typeof activateUser>): Promise<AdminUserDto> {
    return this.administration.activate(actor, params.id);
  }
}
