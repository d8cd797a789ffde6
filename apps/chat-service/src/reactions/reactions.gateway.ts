import { chatNamespace, react, unreact, type ReactDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { ReactionsService } from './reactions.service';

@SocketGateway(chatNamespace)
export class ReactionsGateway {
  constructor(private readonly reactions: ReactionsService) {}

  @HandlesEvent(react)
  react(socket: ClientSocket, payload: ReactDto) {
    return this.reactions.react(callerOf(socket), payload);
  }

  @HandlesEvent(unreact)
  unreact(socket: ClientSocket, payload: ReactDto) {
    return this.reactions.unreact(callerOf(socket), payload);
  }
}
