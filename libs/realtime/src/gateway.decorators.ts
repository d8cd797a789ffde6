import { applyDecorators, Catch, SetMetadata, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { ClientEvent, Namespace } from '@app/contracts';
import type { Admitted } from './admitted';
import type { ClientSocket } from './client-socket';

export const EVENT = Symbol('client event contract');

/** Nest's own gateway filter never answers the ack; rethrown, the error reaches the dispatcher, which does. */
@Catch()
class Rethrow implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

/** A class whose methods handle events of the namespace. */
export const SocketGateway = (namespace: Namespace) =>
  applyDecorators(WebSocketGateway({ namespace: namespace.name }), UseFilters(Rethrow));

type EventHandler<P, R> = (socket: ClientSocket, payload: P) => Promise<R | Admitted<R>>;

/** Binds a gateway method to a client event; a wrong payload or answer type does not compile. */
export function HandlesEvent<P extends object, R>(contract: ClientEvent<P, R>) {
  const decorate = applyDecorators(SubscribeMessage(contract.name), SetMetadata(EVENT, contract));
  return <H extends EventHandler<P, R>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<H>,
  ): void => decorate(target, key, descriptor);
}
