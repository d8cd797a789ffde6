import { Controller } from '@nestjs/common';
import { blockFor, unblockFor } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { BlocksService } from './blocks.service';

/** For the chat service, where people block over a socket; the gateway does not route here. */
@Controller()
export class InternalBlocksController {
  constructor(private readonly blocks: BlocksService) {}

  @Handles(blockFor)
  block(@Input() { body }: InputOf<typeof blockFor>) {
    return this.blocks.block(body.userId, body.blockedId);
  }

  @Handles(unblockFor)
  async unblock(@Input() { body }: InputOf<typeof unblockFor>) {
    await this.blocks.unblock(body.userId, body.blockedId);
    return {};
  }
}
