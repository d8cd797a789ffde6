import type { Type } from '@nestjs/common';
import { renewSession, type Namespace, type RenewDto, type RenewedDto } from '@app/contracts';
import type { ClientSocket } from './client-socket';
import { HandlesEvent, SocketGateway } from './gateway.decorators';
import { LiveSessions } from './live-sessions';

/** The handler of `auth:renew` in a namespace: the same in all. */
export function sessionGateway(namespace: Namespace): Type {
  @SocketGateway(namespace)
  class SessionGateway {
    constructor(private readonly sessions: LiveSessions) {}

    @HandlesEvent(renewSession)
    renew(socket: ClientSocket, { token }: RenewDto): Promise<RenewedDto> {
      return this.sessions.renew(socket, token);
    }
  }
  return SessionGateway;
}
