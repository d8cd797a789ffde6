import { Module } from '@nestjs/common';
import { UserRepository } from './user.repository';
import { InternalUsersController, UsersController } from './users.controller';
import { UsersService } from './users.service';

@Module({
  controllers: [UsersController, InternalUsersController],
  providers: [UserRepository, UsersService],
  exports: [UsersService],
})
export class UsersModule {}
