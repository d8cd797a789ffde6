import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppError, errorNotice, type RenewedDto } from '@app/contracts';
import { AccessTokens, RevokedSessions, type Principal } from '@app/platform';
import { Counter } from 'prom-client';
import type { ClientNamespace, ClientSocket } from './client-socket';
import { rooms } from './rooms';

/** How often sockets are looked at whose token expires now; none outlives its token by more than this. */
const CHECK_MS = 500;

const closed = new Counter({
  name: 'sockets_closed_total',
  help: 'Sockets that were closed because the right to them had ended.',
  labelNames: ['cause'],
});

/** No socket outlives its session, nor its token: closes those of this instance, and lets clients renew in time. */
@Injectable()
export class LiveSessions implements OnApplicationShutdown {
  private namespace: ClientNamespace | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** No socket's token expires before this, in milliseconds since the epoch. */
  private nextExpiry = Infinity;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly revoked: RevokedSessions,
  ) {}

  watch(namespace: ClientNamespace): void {
    this.namespace = namespace;
    namespace.on('connection', (socket: ClientSocket) => this.admit(socket));
    this.revoked.onAdded(({ sessionIds, reason }) => {
      for (const socket of this.socketsOf(sessionIds))
        end(socket, 'session-ended', `the session has ended: ${reason}`);
    });
    this.timer = setInterval(() => this.endExpired(), CHECK_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** The socket now belongs to the fresh token. Anything but a good token of the same user closes it. */
  async renew(socket: ClientSocket, token: string): Promise<RenewedDto> {
    const before = socket.data.principal;
    const fresh = await this.tokens.verify(token).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'AUTH_INVALID') this.refuse(socket);
      throw error;
    });
    if (fresh.userId !== before.userId) {
      this.refuse(socket);
      throw new AppError('AUTH_INVALID', 'the token is of another user');
    }
    await this.adopt(socket, before, fresh);
    return { expiresAt: new Date(fresh.expiresAt).toISOString() };
  }

  private async adopt(socket: ClientSocket, before: Principal, fresh: Principal): Promise<void> {
    socket.data.principal = fresh;
    this.nextExpiry = Math.min(this.nextExpiry, fresh.expiresAt);
    if (fresh.sessionId === before.sessionId) return;
    await socket.leave(rooms.session(before.sessionId));
    await socket.join(rooms.session(fresh.sessionId));
  }

  /** After the ack, which tells the client why. */
  private refuse(socket: ClientSocket): void {
    setImmediate(() =>
      end(socket, 'renewal-refused', 'the token for auth:renew is not valid for this socket'),
    );
  }

  /** A session may have ended between the check of its token and this moment. */
  private admit(socket: ClientSocket): void {
    const { sessionId, expiresAt } = socket.data.principal;
    this.nextExpiry = Math.min(this.nextExpiry, expiresAt);
    if (this.revoked.has(sessionId)) end(socket, 'session-ended', 'the session has ended');
  }

  private socketsOf(sessionIds: string[]): ClientSocket[] {
    const { namespace } = this;
    if (!namespace) return [];
    const ids = sessionIds.flatMap((id) => [...(namespace.adapter.rooms.get(rooms.session(id)) ?? [])]);
    return ids.map((id) => namespace.sockets.get(id)).filter((socket) => socket !== undefined);
  }

  private endExpired(): void {
    const now = Date.now();
    if (now < this.nextExpiry || !this.namespace) return;
    this.nextExpiry = Infinity;
    for (const socket of [...this.namespace.sockets.values()]) {
      const { expiresAt } = socket.data.principal;
      if (expiresAt <= now)
        end(socket, 'token-expired', 'the access token has expired; send auth:renew in time');
      else this.nextExpiry = Math.min(this.nextExpiry, expiresAt);
    }
  }
}

/** Says why, then closes the connection; the stock client does not come back by itself after that. */
function end(socket: ClientSocket, cause: string, message: string): void {
  if (!socket.connected) return;
  closed.inc({ cause });
  socket.emit(errorNotice.name, { code: 'AUTH_INVALID', message, event: 'disconnect' });
  socket.disconnect(true);
}
