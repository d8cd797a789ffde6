import type { Principal } from '@app/platform';
import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { Lane } from './lane';

/** What we keep per socket; small, because there are many. */
export interface SocketData {
  principal: Principal;
  /** Absent until the first event. */
  lane?: Lane;
  /** Id of the event being admitted: socket id and a number. */
  requestId: string;
  /** Events received so far. */
  count: number;
}

type None = DefaultEventsMap;
export type ClientSocket = Socket<None, None, None, SocketData>;
export type ClientNamespace = Namespace<None, None, None, SocketData>;
export type ClientServer = Server<None, None, None, SocketData>;

/** Who asks, and under which request id; what services get in place of a socket. */
export interface Caller {
  userId: number;
  username: string;
  requestId: string;
}

/** Read at the start of a handler: the request id changes with the socket's next event. */
export function callerOf(socket: ClientSocket): Caller {
  const { principal, requestId } = socket.data;
  return { userId: principal.userId, username: principal.username, requestId };
}
