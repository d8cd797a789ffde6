import { chatNamespace, setDisappear, type SetDisappearDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { DisappearingService } from './disappearing.service';

@SocketGateway(chatNamespace)
export class DisappearingGateway {
  constructor(private readonly disappearing: DisappearingService) {}

  @HandlesEvent(setDisappear)
  set(socket: ClientSocket, payload: SetDisappearDto) {
    return this.disappearing.set(callerOf(socket), payload);
  }
}
