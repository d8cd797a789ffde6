import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets';
import { chatNamespace, countUnread } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { UnreadPush } from './unread-push';
import { UnreadService } from './unread.service';

@SocketGateway(chatNamespace)
export class UnreadGateway implements OnGatewayConnection<ClientSocket>, OnGatewayDisconnect<ClientSocket> {
  constructor(
    private readonly unread: UnreadService,
    private readonly push: UnreadPush,
  ) {}

  handleConnection(socket: ClientSocket): void {
    this.push.came(socket.data.principal.userId);
  }

  handleDisconnect(socket: ClientSocket): void {
    this.push.went(socket.data.principal.userId);
  }

  @HandlesEvent(countUnread)
  count(socket: ClientSocket) {
    return this.unread.count(callerOf(socket));
  }
}
