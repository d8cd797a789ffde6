import { Controller } from '@nestjs/common';
import { blockUser, listBlocks, unblockUser } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { BlocksService } from './blocks.service';

@Controller()
export class BlocksController {
  constructor(private readonly blocks: BlocksService) {}

  @Handles(blockUser)
  block(@Input() { user, params }: InputOf<typeof blockUser>) {
    return this.blocks.block(user.userId, params.userId);
  }

  @Handles(unblockUser)
  async unblock(@Input() { user, params }: InputOf<typeof unblockUser>) {
    await this.blocks.unblock(user.userId, params.userId);
    return {};
  }

  @Handles(listBlocks)
  list(@Input() { user, query }: InputOf<typeof listBlocks>) {
    return this.blocks.list(user.userId, query);
  }
}
