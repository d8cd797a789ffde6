import {
  chatNamespace,
  deleteMessage,
  editMessage,
  listMessages,
  sendMessage,
  type EditMessageDto,
  type ListMessagesDto,
  type MessageIdDto,
  type SendMessageDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { MessageHistory } from './message-history';
import { MessagesService } from './messages.service';

@SocketGateway(chatNamespace)
export class MessagesGateway {
  constructor(
    private readonly messages: MessagesService,
    private readonly history: MessageHistory,
  ) {}

  @HandlesEvent(sendMessage)
  send(socket: ClientSocket, payload: SendMessageDto) {
    return this.messages.send(callerOf(socket), payload);
  }

  @HandlesEvent(listMessages)
  list(socket: ClientSocket, payload: ListMessagesDto) {
    return this.history.list(callerOf(socket), payload);
  }

  @HandlesEvent(editMessage)
  edit(socket: ClientSocket, payload: EditMessageDto) {
    return this.messages.edit(callerOf(socket), payload);
  }

  @HandlesEvent(deleteMessage)
  async delete(socket: ClientSocket, { messageId }: MessageIdDto) {
    await this.messages.delete(callerOf(socket), messageId);
    return {};
  }
}
