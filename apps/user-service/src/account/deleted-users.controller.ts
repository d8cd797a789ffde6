import { Controller } from '@nestjs/common';
import { listDeletedUsers, type Page, type UserDeletedDto } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { AccountService } from './account.service';

/** For services of ours, by service token; the gateway does not route here. */
@Controller()
export class DeletedUsersController {
  constructor(private readonly accounts: AccountService) {}

  @Handles(listDeletedUsers)
  list(@Input() { body }: InputOf<typeof listDeletedUsers>): Promise<Page<UserDeletedDto>> {
    return this.accounts.listDeleted(body);
  }
}
