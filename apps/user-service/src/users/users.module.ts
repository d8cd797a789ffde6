import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module';
import { InternalUsersController } from './internal-users.controller';
import { UserRepository } from './user.repository';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

@Module({
  imports: [SessionsModule],
  controllers: [UsersController, InternalUsersController],
  providers: [UserRepository, UsersService],
  exports: [UsersService],
})
export class UsersModule {}
