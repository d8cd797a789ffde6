import { Module } from '@nestjs/common';
import { RoleRepository } from './role.repository';
import { RolesController } from './roles.controller';
import { RolesService } from './roles.service';

@Module({ controllers: [RolesController], providers: [RoleRepository, RolesService] })
export class RolesModule {}
