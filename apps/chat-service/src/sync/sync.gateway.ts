import { chatNamespace, syncConversations, type SyncDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { SyncService } from './sync.service';

@SocketGateway(chatNamespace)
export class SyncGateway {
  constructor(private readonly service: SyncService) {}

  @HandlesEvent(syncConversations)
  sync(socket: ClientSocket, payload: SyncDto) {
    return this.service.sync(callerOf(socket), payload);
  }
}
