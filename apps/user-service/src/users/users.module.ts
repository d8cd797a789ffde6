import { Module } from '@nestjs/common';
import { UserRepository } from './user.repository';
import { InternalUsersController, UsersController } from './users.controller';
import { UserListRepository } from './user-list.repository';
import { UserListService } from './user-list.service';
import { UsersService } from './users.service';

@Module({
  controllers: [UsersController, InternalUsersController],
  providers: [UserRepository, UserListRepository, UsersService, UserListService],
  exports: [UsersService],
})
export class UsersModule {}
