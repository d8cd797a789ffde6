import type { Fields, ServerEvent } from '@app/contracts';
import type { BroadcastOperator } from 'socket.io';
import type { ClientNamespace, SocketData } from './client-socket';
import { rooms } from './rooms';

type Operator = BroadcastOperator<Record<string, (data: unknown) => void>, SocketData>;

/** Where an event goes. A socket gets it once, in however many of the rooms it is. */
export class Target {
  constructor(private readonly operator: Operator) {}

  emit<P extends object>(contract: ServerEvent<P>, data: Fields<P>): void {
    this.operator.emit(contract.name, data);
  }

  except(...names: string[]): Target {
    return new Target(this.operator.except(names));
  }

  /** Only the sockets of this instance. */
  get local(): Target {
    return new Target(this.operator.local);
  }
}

/** How services speak to sockets: by contract and room, never by event name or socket. */
export class Broadcaster {
  private namespace: ClientNamespace | undefined;

  /** The adapter calls it once the namespace exists. */
  attach(namespace: ClientNamespace): void {
    this.namespace = namespace;
  }

  to(...names: string[]): Target {
    return new Target(this.live().to(names));
  }

  /** Which of the users have a live socket, on any instance. An instance that does not answer within a second is left out. */
  async online(userIds: number[]): Promise<number[]> {
    const target = this.live().in(userIds.map(rooms.user));
    const sockets = await target
      .timeout(1_000)
      .fetchSockets()
      .catch(() => target.local.fetchSockets());
    const live = new Set(sockets.map((socket) => socket.data.principal.userId));
    return userIds.filter((id) => live.has(id));
  }

  /** Whether anybody at all has a live socket on this instance. */
  get hasSockets(): boolean {
    return this.live().sockets.size > 0;
  }

  /** Whether a user has a live socket on this instance; costs no round trip. */
  hasLocal(userId: number): boolean {
    return this.live().adapter.rooms.has(rooms.user(userId));
  }

  /** Who has a live socket on this instance. */
  localUsers(): number[] {
    const users = new Set<number>();
    for (const { data } of this.live().sockets.values()) users.add(data.principal.userId);
    return [...users];
  }

  /** Tells the other instances something; lossy. */
  tellPeers(topic: string, data: object): void {
    this.live().serverSideEmit(topic, data);
  }

  onPeer<T extends object>(topic: string, listener: (data: T) => void): void {
    this.live().on(topic as never, listener as never);
  }

  private live(): ClientNamespace {
    if (!this.namespace) throw new Error('the Socket.IO namespace does not exist yet');
    return this.namespace;
  }
}
