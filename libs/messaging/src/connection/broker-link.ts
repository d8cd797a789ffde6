import type { Socket } from 'node:net';
import { AmqpConnectionManagerClass } from 'amqp-connection-manager';
import type { ChannelModel } from 'amqplib';
import { coalesceWrites, type Logger } from '@app/platform';
import { within } from '../deadline';
import type { ResolvedMessagingOptions } from '../messaging.options';
import { rebuilds } from '../metrics';

const HEARTBEAT_SECONDS = 10;
const RECONNECT_SECONDS = 1;
const CONNECT_TIMEOUT_MS = 3_000;
/** A broker that is just starting may accept a connection and then answer nothing. */
const SET_UP_DEADLINE_MS = 10_000;
const CLOSE_DEADLINE_MS = 1_000;

export interface LinkUser {
  /** Opens channels and declares what it needs; runs anew on each connection. A failure gives the connection up. */
  onUp(connection: ChannelModel): Promise<void>;
  /** The connection and all its channels are gone. */
  onDown(): void;
}

/** One connection to the broker that comes back by itself, with its owner's channels. */
export class BrokerLink {
  private readonly manager: AmqpConnectionManagerClass;
  private ready = false;
  private blocked = false;
  private closed = false;
  private downReason = 'not connected yet';

  private readonly name: string;

  /** `role` is publisher, consumer, cluster or subscriptions. */
  constructor(
    { url, instance }: Pick<ResolvedMessagingOptions, 'url' | 'instance'>,
    private readonly role: string,
    private readonly user: LinkUser,
    private readonly logger: Logger,
  ) {
    this.name = `${instance} ${role}`;
    this.manager = new AmqpConnectionManagerClass([url], {
      heartbeatIntervalInSeconds: HEARTBEAT_SECONDS,
      reconnectTimeInSeconds: RECONNECT_SECONDS,
      connectionOptions: {
        noDelay: true,
        timeout: CONNECT_TIMEOUT_MS,
        clientProperties: { connection_name: this.name },
      },
    });
    this.manager.on('connect', () => void this.setUp());
    this.manager.on('connectFailed', ({ err }) => this.goneBecause(err));
    this.manager.on('disconnect', ({ err }) => this.goneBecause(err));
    this.manager.on('blocked', () => this.setBlocked(true));
    this.manager.on('unblocked', () => this.setBlocked(false));
  }

  /** Set up, and the broker takes what we send. */
  get usable(): boolean {
    return this.ready && !this.blocked;
  }

  /** `up`, or why not. */
  get state(): string {
    if (!this.ready) return this.downReason;
    return this.blocked ? 'blocked by the broker (memory or disk alarm)' : 'up';
  }

  get isBlocked(): boolean {
    return this.blocked;
  }

  /** Connects in the background, for ever. */
  start(): void {
    this.manager
      .connect()
      .catch((error: unknown) => this.logger.error(`${this.name}: refused by the broker`, error));
  }

  /**
   * Gives the connection up at once; a new one follows after a second. The socket is destroyed rather than closed politely:
   * the closing handshake of a connection that is sick may never end.
   */
  rebuild(reason: string): void {
    if (this.closed || !this.manager.connection) return;
    rebuilds.inc({ connection: this.role });
    this.logger.warn(`${this.name}: rebuilding the connection: ${reason}`);
    this.destroy(reason);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.ready = false;
    await within(CLOSE_DEADLINE_MS, this.manager.close()).catch(() => this.destroy('closing takes too long'));
  }

  private destroy(reason: string): void {
    const connection = this.manager.connection;
    if (!connection) return;
    rawSocket(connection).destroy(new Error(reason));
  }

  private async setUp(): Promise<void> {
    const connection = this.manager.connection;
    if (!connection) return;
    this.blocked = false;
    coalesceWrites(rawSocket(connection));
    try {
      await within(SET_UP_DEADLINE_MS, this.user.onUp(connection));
    } catch (error) {
      if (this.manager.connection === connection) this.rebuild(`set-up failed: ${messageOf(error)}`);
      return;
    }
    if (this.manager.connection !== connection || this.closed) return;
    this.ready = true;
    this.logger.info(`${this.name}: connected to the broker`);
  }

  private goneBecause(error: unknown): void {
    const wasReady = this.ready;
    this.ready = false;
    this.blocked = false;
    this.downReason = `no connection to the broker: ${messageOf(error)}`;
    if (wasReady && !this.closed) this.logger.warn(`${this.name}: ${this.downReason}`);
    this.user.onDown();
  }

  private setBlocked(blocked: boolean): void {
    this.blocked = blocked;
    this.logger.warn(`${this.name}: the broker ${blocked ? 'has blocked' : 'has unblocked'} publications`);
  }
}

/** Not part of amqplib's published types. */
const rawSocket = ({ connection }: ChannelModel) => (connection as unknown as { stream: Socket }).stream;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : 'closed');
