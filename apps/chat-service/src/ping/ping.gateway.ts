import { chatNamespace, ping, type PingDto } from '@app/contracts';
import { HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';

@SocketGateway(chatNamespace)
export class PingGateway {
  @HandlesEvent(ping)
  pong(_socket: ClientSocket, { echo }: PingDto) {
    return Promise.resolve({ ...(echo !== undefined && { echo }), at: new Date().toISOString() });
  }
}
