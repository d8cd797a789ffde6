import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets';
import {
  chatNamespace,
  setPresence,
  subscribePresence,
  type SetPresenceDto,
  type SubscribePresenceDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { LocalPresence } from './local-presence';
import { PresenceService } from './presence.service';

@SocketGateway(chatNamespace)
export class PresenceGateway implements OnGatewayConnection<ClientSocket>, OnGatewayDisconnect<ClientSocket> {
  constructor(
    private readonly presence: PresenceService,
    private readonly local: LocalPresence,
  ) {}

  /** A socket that was closed on its way in never says that it goes. */
  handleConnection(socket: ClientSocket): void {
    if (socket.connected) this.local.came(socket.data.principal.userId);
  }

  handleDisconnect(socket: ClientSocket): void {
    this.local.went(socket.data.principal.userId);
    this.presence.unsubscribe(socket.id);
  }

  @HandlesEvent(subscribePresence)
  async subscribe(socket: ClientSocket, { userIds }: SubscribePresenceDto) {
    try {
      return await this.presence.subscribe(callerOf(socket).userId, socket.id, userIds);
    } finally {
      // It may have gone meanwhile, and says so only once.
      if (!socket.connected) this.presence.unsubscribe(socket.id);
    }
  }

  @HandlesEvent(setPresence)
  set(socket: ClientSocket, { status }: SetPresenceDto) {
    return this.presence.choose(callerOf(socket).userId, status);
  }
}
