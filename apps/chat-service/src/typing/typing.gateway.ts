import type { OnGatewayDisconnect } from '@nestjs/websockets';
import { chatNamespace, typing, type TypingDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { TypingService } from './typing.service';

@SocketGateway(chatNamespace)
export class TypingGateway implements OnGatewayDisconnect<ClientSocket> {
  constructor(private readonly typing: TypingService) {}

  handleDisconnect(socket: ClientSocket): void {
    this.typing.gone(socket.id);
  }

  @HandlesEvent(typing)
  async announce(socket: ClientSocket, payload: TypingDto) {
    try {
      await this.typing.announce(callerOf(socket), socket.id, payload);
      return {};
    } finally {
      // It may have gone meanwhile, and says so only once.
      if (!socket.connected) this.typing.gone(socket.id);
    }
  }
}
