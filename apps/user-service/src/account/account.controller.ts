import { Controller } from '@nestjs/common';
import { deleteMe, deleteUser, type EmptyDto } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { AccountService } from './account.service';

@Controller()
export class AccountController {
  constructor(private readonly accounts: AccountService) {}

  @Handles(deleteMe)
  async deleteMe(@Input() { user, body, client }: InputOf<typeof deleteMe>): Promise<EmptyDto> {
    await this.accounts.deleteOwn(user, body, client);
    return {};
  }

  @Handles(deleteUser)
  async deleteUser(@Input() { user, params }: InputOf<typeof deleteUser>): Promise<EmptyDto> {
    await this.accounts.delete(user, params.id);
    return {};
  }
}
