import { chatNamespace, typing, type TypingDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { TypingService } from './typing.service';

@SocketGateway(chatNamespace)
export class TypingGateway {
  constructor(private readonly typing: TypingService) {}

  @HandlesEvent(typing)
  async announce(socket: ClientSocket, payload: TypingDto) {
    await this.typing.announce(callerOf(socket), payload);
    return {};
  }
}
