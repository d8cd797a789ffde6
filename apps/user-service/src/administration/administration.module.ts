import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { PasswordsModule } from '../passwords/passwords.module';
import { AdminAccountRepository } from './admin-account.repository';
import { AdministrationController } from './administration.controller';
import { AdministrationService } from './administration.service';
import { FirstAdminService } from './first-admin.service';
import { StandingRepository } from './standing.repository';

@Module({
  imports: [UsersModule, PasswordsModule],
  controllers: [AdministrationController],
  providers: [AdministrationService, StandingRepository, AdminAccountRepository, FirstAdminService],
})
export class AdministrationModule {}
