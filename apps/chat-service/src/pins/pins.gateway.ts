import {
  chatNamespace,
  listPins,
  pinMessage,
  unpinMessage,
  type ConversationIdDto,
  type PinMessageDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { PinsService } from './pins.service';

@SocketGateway(chatNamespace)
export class PinsGateway {
  constructor(private readonly pins: PinsService) {}

  @HandlesEvent(pinMessage)
  pin(socket: ClientSocket, payload: PinMessageDto) {
    return this.pins.pin(callerOf(socket), payload);
  }

  @HandlesEvent(unpinMessage)
  unpin(socket: ClientSocket, payload: PinMessageDto) {
    return this.pins.unpin(callerOf(socket), payload);
  }

  @HandlesEvent(listPins)
  list(socket: ClientSocket, payload: ConversationIdDto) {
    return this.pins.list(callerOf(socket), payload);
  }
}
