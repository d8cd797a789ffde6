import { chatNamespace, unblockByEvent, blockByEvent, type BlockNoticeDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { BlocksService } from './blocks.service';

@SocketGateway(chatNamespace)
export class BlocksGateway {
  constructor(private readonly blocks: BlocksService) {}

  @HandlesEvent(blockByEvent)
  block(socket: ClientSocket, { userId }: BlockNoticeDto) {
    return this.blocks.block(callerOf(socket), userId);
  }

  @HandlesEvent(unblockByEvent)
  async unblock(socket: ClientSocket, { userId }: BlockNoticeDto) {
    await this.blocks.unblock(callerOf(socket), userId);
    return {};
  }
}
