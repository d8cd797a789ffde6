import {
  chatNamespace,
  createConversation,
  deleteConversation,
  getConversation,
  joinConversation,
  leaveConversation,
  listConversations,
  updateConversation,
  type ConversationCommandDto,
  type ConversationIdDto,
  type CreateConversationDto,
  type ListConversationsDto,
  type UpdateConversationDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, rooms, SocketGateway, type ClientSocket } from '@app/realtime';
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

  @HandlesEvent(joinConversation)
  async join(socket: ClientSocket, { conversationId }: ConversationIdDto) {
    const joined = await this.conversations.joined(callerOf(socket), conversationId);
    // One that has gone meanwhile would stay in the room for ever.
    if (socket.connected) await socket.join(rooms.conversation(conversationId.toLowerCase()));
    return joined;
  }

  @HandlesEvent(leaveConversation)
  async leave(socket: ClientSocket, { conversationId }: ConversationIdDto) {
    await this.conversations.get(callerOf(socket), conversationId);
    await socket.leave(rooms.conversation(conversationId.toLowerCase()));
    return {};
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
