import { chatNamespace, listThread, type ListThreadDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { ThreadsService } from './threads.service';

@SocketGateway(chatNamespace)
export class ThreadsGateway {
  constructor(private readonly threads: ThreadsService) {}

  @HandlesEvent(listThread)
  list(socket: ClientSocket, payload: ListThreadDto) {
    return this.threads.list(callerOf(socket), payload);
  }
}
