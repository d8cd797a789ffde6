import type { IncomingMessage } from 'node:http';
import { AppError } from '@app/contracts';
import { toAppError, type AccessTokens } from '@app/platform';
import type { ClientSocket } from './client-socket';
import { rooms } from './rooms';

type Next = (error?: Error & { data?: unknown }) => void;

/**
 * Lets a socket into a namespace, or answers `connect_error` with the code as its message. The token stands in
 * `auth.token`, in the Authorization header or, for plain clients, in the query; with or without `Bearer `.
 */
export const authenticate = (tokens: AccessTokens) => async (socket: ClientSocket, next: Next) => {
  const { auth, headers, query } = socket.handshake;
  try {
    const principal = await tokens.verify(auth.token ?? headers.authorization ?? query.token);
    socket.data.principal = principal;
    socket.data.count = 0;
    void socket.join([rooms.user(principal.userId), rooms.session(principal.sessionId)]);
    next();
  } catch (error) {
    next(connectError(socket, toAppError(error)));
  }
};

/** Refuses every socket of a namespace that is not served here, and says where it is. */
export const refuse = (message: string) => (socket: ClientSocket, next: Next) =>
  next(connectError(socket, new AppError('NOTFOUND', message)));

/** Clients find the code in `error.message`, the whole error object in `error.data`. */
function connectError(socket: ClientSocket, error: AppError) {
  const text = error.code === 'AUTH_INVALID' ? error.code : `${error.code}: ${error.message}`;
  return Object.assign(new Error(text), { data: error.toBody(socket.id) });
}

/** Browsers send their page's origin and must be on the list; clients that are no browsers send none and are welcome. */
export function originAllowed(allowed: string[], request: IncomingMessage): boolean {
  const { origin } = request.headers;
  return origin === undefined || allowed.includes('*') || allowed.includes(origin);
}
