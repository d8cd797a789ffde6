import {
  chatNamespace,
  deleteMessage,
  editMessage,
  getMessage,
  listEdits,
  listMessages,
  sendMessage,
  type DeleteMessageDto,
  type EditMessageDto,
  type ListMessagesDto,
  type MessageIdDto,
  type SendMessageDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { MessageDeletionService } from './message-deletion.service';
import { MessageEditsService } from './message-edits.service';
import { MessageHistory } from './message-history';
import { MessagesService } from './messages.service';

@SocketGateway(chatNamespace)
export class MessagesGateway {
  constructor(
    private readonly messages: MessagesService,
    private readonly history: MessageHistory,
    private readonly edits: MessageEditsService,
    private readonly deletion: MessageDeletionService,
  ) {}

  @HandlesEvent(sendMessage)
  send(socket: ClientSocket, payload: SendMessageDto) {
    return this.messages.send(callerOf(socket), payload);
  }

  @HandlesEvent(getMessage)
  get(socket: ClientSocket, { messageId }: MessageIdDto) {
    return this.messages.get(callerOf(socket), messageId);
  }

  @HandlesEvent(listMessages)
  list(socket: ClientSocket, payload: ListMessagesDto) {
    return this.history.list(callerOf(socket), payload);
  }

  @HandlesEvent(editMessage)
  edit(socket: ClientSocket, payload: EditMessageDto) {
    return this.edits.edit(callerOf(socket), payload);
  }

  @HandlesEvent(listEdits)
  listEdits(socket: ClientSocket, { messageId }: MessageIdDto) {
    return this.edits.list(callerOf(socket), messageId);
  }

  @HandlesEvent(deleteMessage)
  async delete(socket: ClientSocket, payload: DeleteMessageDto) {
    await this.deletion.delete(callerOf(socket), payload);
    return {};
  }
}
