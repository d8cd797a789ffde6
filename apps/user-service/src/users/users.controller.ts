import { Controller } from '@nestjs/common';
import {
  batchUsers,
  getMe,
  getUser,
  knownUsers,
  listUsers,
  updateMe,
  updateUser,
  usersByName,
  type AdminUserDto,
  type Page,
  type UserCardDto,
  type UserDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { UserListService } from './user-list.service';
import { UsersService } from './users.service';

@Controller()
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly lists: UserListService,
  ) {}

  @Handles(listUsers)
  list(@Input() { user, query }: InputOf<typeof listUsers>): Promise<Page<UserCardDto | AdminUserDto>> {
    return this.lists.list(user, query);
  }

  @Handles(getMe)
  getMe(@Input() { user }: InputOf<typeof getMe>): Promise<UserDto> {
    return this.users.getMe(user.userId);
  }

  @Handles(updateMe)
  updateMe(@Input() { user, body, client }: InputOf<typeof updateMe>): Promise<UserDto> {
    return this.users.update(user, user.userId, body, client);
  }

  @Handles(getUser)
  getUser(@Input() { user, params }: InputOf<typeof getUser>): Promise<UserCardDto | AdminUserDto> {
    return this.users.getFor(user, params.id);
  }

  @Handles(updateUser)
  update(@Input() { user, params, body, client }: InputOf<typeof updateUser>): Promise<UserDto> {
    return this.users.update(user, params.id, body, client);
  }

  @Handles(batchUsers)
  batch(@Input() { body }: InputOf<typeof batchUsers>): Promise<UserCardDto[]> {
    return this.users.listCardsAndTombstones(body.ids);
  }
}

/** For services of ours, by service token; the gateway does not route here. */
@Controller()
export class InternalUsersController {
  constructor(private readonly users: UsersService) {}

  @Handles(knownUsers)
  known(@Input() { body }: InputOf<typeof knownUsers>): Promise<UserCardDto[]> {
    return this.users.listCards(body.ids);
  }

  @Handles(usersByName)
  byName(@Input() { body }: InputOf<typeof usersByName>): Promise<UserCardDto[]> {
    return this.users.listCardsByName(body.usernames);
  }
}
