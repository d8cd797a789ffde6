import {
  chatNamespace,
  deliverMessage,
  getMessageStatus,
  markConversationRead,
  markMessagesRead,
  readMessage,
  updateMessageStatus,
  type MarkConversationReadDto,
  type MessageIdDto,
  type MessageIdsDto,
  type UpdateMessageStatusDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { ReceiptsService } from './receipts.service';

@SocketGateway(chatNamespace)
export class ReceiptsGateway {
  constructor(private readonly receipts: ReceiptsService) {}

  @HandlesEvent(readMessage)
  read(socket: ClientSocket, { messageId }: MessageIdDto) {
    return this.receipts.report(callerOf(socket), messageId, 'read');
  }

  @HandlesEvent(deliverMessage)
  delivered(socket: ClientSocket, { messageId }: MessageIdDto) {
    return this.receipts.report(callerOf(socket), messageId, 'delivered');
  }

  @HandlesEvent(updateMessageStatus)
  report(socket: ClientSocket, { messageId, status }: UpdateMessageStatusDto) {
    return this.receipts.report(callerOf(socket), messageId, status);
  }

  @HandlesEvent(getMessageStatus)
  status(socket: ClientSocket, { messageId }: MessageIdDto) {
    return this.receipts.deliveryOf(callerOf(socket), messageId);
  }

  @HandlesEvent(markMessagesRead)
  markMessages(socket: ClientSocket, { messageIds }: MessageIdsDto) {
    return this.receipts.markMessages(callerOf(socket), messageIds);
  }

  @HandlesEvent(markConversationRead)
  markConversation(socket: ClientSocket, payload: MarkConversationReadDto) {
    return this.receipts.markConversation(callerOf(socket), payload);
  }
}
