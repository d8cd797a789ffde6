import { Module } from '@nestjs/common';
import { SecondFactorModule } from '../second-factor/second-factor.module';
import { ThrottleModule } from '../throttle/throttle.module';
import { UsersModule } from '../users/users.module';
import { AccountController } from './account.controller';
import { AccountRepository } from './account.repository';
import { AccountService } from './account.service';
import { DeletedUsersController } from './deleted-users.controller';
import { ExportRepository } from './export.repository';
import { ExportService } from './export.service';

/** What the law gives to those who have an account: an end to it, and a copy of what is held about them. */
@Module({
  imports: [SecondFactorModule, ThrottleModule, UsersModule],
  controllers: [AccountController, DeletedUsersController],
  providers: [AccountRepository, AccountService, ExportRepository, ExportService],
})
export class AccountModule {}
