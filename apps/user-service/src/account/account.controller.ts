import { Controller } from '@nestjs/common';
import {
  deleteMe,
  deleteUser,
  exportMe,
  type AccountExportDto,
  type Download,
  type EmptyDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { AccountService } from './account.service';
import { ExportService } from './export.service';

@Controller()
export class AccountController {
  constructor(
    private readonly accounts: AccountService,
    private readonly exports: ExportService,
  ) {}

  @Handles(exportMe)
  export(@Input() { user }: InputOf<typeof exportMe>): Promise<Download<AccountExportDto>> {
    return this.exports.open(user.userId);
  }

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
