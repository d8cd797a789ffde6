import {
  chatNamespace,
  createConversation,
  deleteConversation,
  getConversation,
  listConversations,
  updateConversation,
  type ConversationCommandDto,
  type ConversationIdDto,
  type CreateConversationDto,
  type ListConversationsDto,
  type UpdateConversationDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { ConversationChangesService } from './conversation-changes.service';
import { ConversationList } from './conversation-list';
import { ConversationsService } from './conversations.service';

@SocketGateway(chatNamespace)
export class ConversationsGateway {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly changes: ConversationChangesService,
    private readonly conversationList: ConversationList,
  ) {}

  @HandlesEvent(createConversation)
  create(socket: ClientSocket, payload: CreateConversationDto) {
    return this.conversations.create(callerOf(socket), payload);
  }

  @HandlesEvent(listConversations)
  list(socket: ClientSocket, payload: ListConversationsDto) {
    return this.conversationList.page(callerOf(socket), payload);
  }

  @HandlesEvent(getConversation)
  get(socket: ClientSocket, { conversationId }: ConversationIdDto) {
    return this.conversations.get(callerOf(socket), conversationId);
  }

  @HandlesEvent(updateConversation)
  update(socket: ClientSocket, payload: UpdateConversationDto) {
    return this.changes.update(callerOf(socket), payload);
  }

  @HandlesEvent(deleteConversation)
  async delete(socket: ClientSocket, payload: ConversationCommandDto) {
    await this.changes.delete(callerOf(socket), payload);
    return {};
  }
}
