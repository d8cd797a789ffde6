import { Controller } from '@nestjs/common';
import { batchUsers, getMe, knownUsers, type UserCardDto, type UserDto } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { UsersService } from './users.service';

@Controller()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Handles(getMe)
  getMe(@Input() { user }: InputOf<typeof getMe>): Promise<UserDto> {
    return this.users.getMe(user.userId);
  }

  @Handles(batchUsers)
  batch(@Input() { body }: InputOf<typeof batchUsers>): Promise<UserCardDto[]> {
    return this.users.listCards(body.ids);
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
}
