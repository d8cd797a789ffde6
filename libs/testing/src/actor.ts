import {
  chatNamespace,
  createConversation,
  notificationsNamespace,
  type ClientEvent,
  type ConversationDto,
  type Data,
  type Fields,
  type ServerEvent,
} from '@app/contracts';
import { Connection, type ConnectOptions, type RawAck } from './connection';
import { HttpClient } from './http-client';

export interface Account {
  id: number;
  username: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
}

/**
 * A person with an account and any number of devices. What is said and heard without naming a device goes over the
 * first chat connection.
 */
export class Actor extends HttpClient {
  private readonly connections: Connection[] = [];
  private first: Connection | undefined;

  constructor(
    private readonly gateway: string,
    readonly account: Account,
  ) {
    super(gateway, () => account.accessToken);
  }

  get id(): number {
    return this.account.id;
  }

  get username(): string {
    return this.account.username;
  }

  /** One more device in `/chat`. */
  async connect(options: ConnectOptions = {}): Promise<Connection> {
    const connection = await this.open(chatNamespace, options);
    this.first ??= connection;
    return connection;
  }

  /** One more device in `/notifications`. */
  notifications(options: ConnectOptions = {}): Promise<Connection> {
    return this.open(notificationsNamespace, options);
  }

  /** The first chat connection. */
  get chat(): Connection {
    if (!this.first) throw new Error(`${this.username} is not connected; call connect() first`);
    return this.first;
  }

  emit<P extends object, R>(event: ClientEvent<P, R>, payload: Fields<P>): Promise<Data<R>> {
    return this.chat.emit(event, payload);
  }

  emitRaw(name: string, ...args: unknown[]): Promise<RawAck> {
    return this.chat.emitRaw(name, ...args);
  }

  receives<P extends object>(
    event: ServerEvent<P>,
    matches?: (payload: P) => boolean,
    withinMs?: number,
  ): Promise<P> {
    return this.chat.receives(event, matches, withinMs);
  }

  received<P extends object>(event: ServerEvent<P>, matches?: (payload: P) => boolean): P[] {
    return this.chat.received(event, matches);
  }

  /** A new group of this actor and the given ones. */
  createGroup(members: Actor[], name = 'a group'): Promise<ConversationDto> {
    return this.emit(createConversation, { name, participantIds: members.map((member) => member.id) });
  }

  /** Closes all devices. */
  leave(): void {
    for (const connection of this.connections) connection.close();
  }

  private async open(namespace: typeof chatNamespace, options: ConnectOptions): Promise<Connection> {
    const auth = { token: `Bearer ${this.account.accessToken}` };
    const connection = await Connection.open(namespace, this.gateway, { auth, ...options });
    this.connections.push(connection);
    return connection;
  }
}
