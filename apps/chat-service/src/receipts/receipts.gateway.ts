import { chatNamespace, readMessage, type MessageIdDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { ReceiptsService } from './receipts.service';

@SocketGateway(chatNamespace)
export class ReceiptsGateway {
  constructor(private readonly receipts: ReceiptsService) {}

  @HandlesEvent(readMessage)
  async read(socket: ClientSocket, { messageId }: MessageIdDto) {
    await this.receipts.read(callerOf(socket), messageId);
    return {};
  }
}
