import { Controller } from '@nestjs/common';
import { knownUsers, type UserCardDto } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { UsersService } from './users.service';

/** For services of ours, by service token; the gateway does not route here. */
@Controller()
export class InternalUsersController {
  constructor(private readonly users: UsersService) {}

  @Handles(knownUsers)
  known(@Input() { body }: InputOf<typeof knownUsers>): Promise<UserCardDto[]> {
    return this.users.listCards(body.ids);
  }
}
