import { chatNamespace, forwardMessage, type ForwardMessageDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { ForwardsService } from './forwards.service';

@SocketGateway(chatNamespace)
export class ForwardsGateway {
  constructor(private readonly forwards: ForwardsService) {}

  @HandlesEvent(forwardMessage)
  forward(socket: ClientSocket, payload: ForwardMessageDto) {
    return this.forwards.forward(callerOf(socket), payload);
  }
}
