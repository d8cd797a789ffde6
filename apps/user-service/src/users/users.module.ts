import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module';
import { UserRepository } from './user.repository';
import { InternalUsersController, UsersController } from './users.controller';
import { UsersService } from './users.service';

@Module({
  imports: [SessionsModule],
  controllers: [UsersController, InternalUsersController],
  providers: [UserRepository, UsersService],
  exports: [UsersService],
})
export class UsersModule {}
