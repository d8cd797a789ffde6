import { randomBytes, randomInt } from 'node:crypto';
import {
  chatNamespace,
  createConversation,
  type ClientEvent,
  type ConversationDto,
  type Data,
  type Fields,
} from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { Connection, HttpClient } from '@app/testing';
import { UserDirectoryServer } from './user-directory-server';

export const SECRET = randomBytes(32).toString('hex');

/** A user with sockets; what is said without naming a device goes over the first. */
export class Person {
  constructor(
    readonly id: number,
    readonly chat: Connection,
    /** One more device. */
    readonly device: (origin?: string) => Promise<Connection>,
    /** What the user asks over REST. */
    readonly rest: HttpClient,
  ) {}

  emit<P extends object, R>(event: ClientEvent<P, R>, payload: Fields<P>): Promise<Data<R>> {
    return this.chat.emit(event, payload);
  }

  group(...others: Person[]): Promise<ConversationDto> {
    return this.emit(createConversation, { name: 'a group', participantIds: others.map(({ id }) => id) });
  }
}

/** Everybody there is: the user service knows them, and they hold valid tokens. */
export class People {
  readonly directory = new UserDirectoryServer(SECRET);
  private readonly tokens = AccessTokens.withSecret(SECRET);
  private readonly connections: Connection[] = [];
  /** Ids that no other test uses: instances of tests that share a broker are one cluster. */
  private nextId = randomInt(1, 2_000_000) * 1_000;

  /** An id that the user service knows. */
  newId(): number {
    const id = this.nextId++;
    this.directory.known.add(id);
    return id;
  }

  async arrive(origin: string): Promise<Person> {
    const id = this.newId();
    const device = (at = origin) => this.connect(at, id);
    const token = await this.tokenOf(id);
    return new Person(id, await device(), device, new HttpClient(origin, () => token));
  }

  leave(): void {
    for (const connection of this.connections) connection.close();
  }

  tokenOf(userId: number): Promise<string> {
    const principal = { userId, username: `user-${userId}`, sessionId: `session-${userId}`, roles: [] };
    return this.tokens.sign(principal, 600);
  }

  private async connect(origin: string, userId: number): Promise<Connection> {
    const auth = { token: await this.tokenOf(userId) };
    const connection = await Connection.open(chatNamespace, origin, { auth, transports: ['websocket'] });
    this.connections.push(connection);
    return connection;
  }
}
