import { randomBytes } from 'node:crypto';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ClusterBus, MessagingModule } from '@app/messaging';
import { BaseConfig, PlatformModule, startService } from '@app/platform';
import { Connection, forge, goodParts } from '@app/testing';
import type { BacklogLimits } from '../../src/backlog/slow-readers';
import { Broadcaster, RealtimeAdapter, RealtimeModule, type ClusterChannel } from '../../src/index';
import type { ClientNamespace } from '../../src/client-socket';
import { TestGateway, testNamespace } from './test-namespace';

export const SECRET = randomBytes(32).toString('hex');
export const MAX_FRAME_BYTES = 65_536;

export interface RealtimeAppOptions {
  instance?: string;
  production?: boolean;
  allowedOrigins?: string[];
  gateways?: Type[];
  /** Instances of the same service on one broker; without it the app stands alone. */
  cluster?: { url: string; service: string };
  heartbeatMs?: number;
  commandDeadlineMs?: number;
  commandRateMax?: number;
  backlog?: Partial<BacklogLimits>;
  /** Any other way to carry bytes between instances. */
  channel?: ClusterChannel;
}

export type ConnectOptions = Parameters<typeof Connection.open>[2];

@Module({})
class TestModule {
  static with(imports: DynamicModule[], providers: Type[]): DynamicModule {
    return { module: TestModule, imports, providers };
  }
}

/** A process in miniature: the platform and one namespace, on a port of its own. */
export class RealtimeApp {
  private readonly connections: Connection[] = [];

  private constructor(
    readonly app: NestExpressApplication,
    readonly origin: string,
  ) {}

  static async start(options: RealtimeAppOptions = {}): Promise<RealtimeApp> {
    const { instance = 'test-1', cluster, gateways = [TestGateway] } = options;
    const config = Object.assign(new BaseConfig(), {
      INSTANCE_ID: instance,
      JWT_ACCESS_SECRET: SECRET,
      LOG_LEVEL: 'silent',
      NODE_ENV: options.production ? 'production' : 'test',
    });
    const realtime = RealtimeModule.forRootAsync({
      namespace: testNamespace,
      inject: cluster ? [ClusterBus] : [],
      useFactory: (bus?: ClusterBus) => ({
        allowedOrigins: options.allowedOrigins ?? ['*'],
        maxFrameBytes: MAX_FRAME_BYTES,
        heartbeatMs: options.heartbeatMs,
        commandDeadlineMs: options.commandDeadlineMs,
        commandRateMax: options.commandRateMax,
        backlog: options.backlog,
        channel: options.channel ?? bus,
      }),
    });
    const platform = PlatformModule.forRoot({ service: 'test', config, port: 1, routes: [] });
    const messaging = cluster ? [MessagingModule.forRoot({ ...cluster, instance })] : [];
    const app = await startService({
      module: TestModule.with([platform, ...messaging, realtime], gateways),
      port: 0,
      configure: (nest) => {
        nest.useWebSocketAdapter(new RealtimeAdapter(nest));
      },
    });
    return new RealtimeApp(app, (await app.getUrl()).replace('[::1]', '127.0.0.1'));
  }

  get gateway(): TestGateway {
    return this.app.get(TestGateway);
  }

  get broadcaster(): Broadcaster {
    return this.app.get(Broadcaster);
  }

  /** Socket.IO's own view of the namespace: what the adapter promises goes further than what the broadcaster uses. */
  get namespace(): ClientNamespace {
    return (this.broadcaster as unknown as { namespace: ClientNamespace }).namespace;
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.origin}/metrics`)).text();
  }

  token(userId: number, ttlSeconds = 60, sid = `session-${userId}`): string {
    const { header, payload } = goodParts({ id: userId, username: `user-${userId}` });
    const exp = Math.floor(Date.now() / 1_000) + ttlSeconds;
    return forge({ header, payload: { ...payload, sid, exp } }, SECRET);
  }

  /** A socket of the user; websocket only unless told otherwise. */
  connect(userId: number, options: ConnectOptions = {}): Promise<Connection> {
    return this.open({ auth: { token: `Bearer ${this.token(userId)}` }, ...options });
  }

  /** A socket that brings exactly what `options` say. */
  async open(
    options: ConnectOptions,
    namespace: { name: `/${string}`; path: string } = testNamespace,
  ): Promise<Connection> {
    const settings = { transports: ['websocket'], reconnection: false, ...options };
    const connection = await Connection.open(namespace, this.origin, settings);
    this.connections.push(connection);
    return connection;
  }

  /** What the HTTP side of the socket endpoint answers to a plain request. */
  poll(headers: Record<string, string>): Promise<Response> {
    return fetch(`${this.origin}${testNamespace.path}/?EIO=4&transport=polling`, { headers });
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.close();
    await this.app.close();
  }
}
