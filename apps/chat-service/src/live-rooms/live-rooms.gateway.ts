import type { OnGatewayDisconnect } from '@nestjs/websockets';
import {
  chatNamespace,
  conversationStatus,
  joinConversation,
  leaveConversation,
  type ConversationIdDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { LiveRoomsService } from './live-rooms.service';

@SocketGateway(chatNamespace)
export class LiveRoomsGateway implements OnGatewayDisconnect<ClientSocket> {
  constructor(private readonly rooms: LiveRoomsService) {}

  handleDisconnect(socket: ClientSocket): void {
    this.rooms.gone(socket.id);
  }

  @HandlesEvent(joinConversation)
  join(socket: ClientSocket, { conversationId }: ConversationIdDto) {
    return this.rooms.join(callerOf(socket), socket.id, conversationId, () => socket.connected);
  }

  @HandlesEvent(leaveConversation)
  async leave(socket: ClientSocket, { conversationId }: ConversationIdDto) {
    await this.rooms.leave(callerOf(socket), socket.id, conversationId);
    return {};
  }

  @HandlesEvent(conversationStatus)
  status(socket: ClientSocket, { conversationId }: ConversationIdDto) {
    return this.rooms.status(callerOf(socket), conversationId);
  }
}
