import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { messageCreatedEvent, type MessageCreatedDto } from '@app/contracts';
import { EventPublisher, type OutgoingEvent } from '@app/messaging';
import { AccessTokens, ServiceClient, startService } from '@app/platform';
import { Types } from 'mongoose';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { startInfrastructure, type ServerName } from '../../../../tools/infra/index.mjs';
import { AppModule } from '../../src/app.module';
import { NotificationConfig } from '../../src/config';
import { connectTransports } from '../../src/transports';

/** The servers of the environment; what it does not name is started. */
export async function stores() {
  const { MONGODB_URI = '', RABBITMQ_URL = '' } = process.env;
  const only: ServerName[] = [
    ...(MONGODB_URI ? [] : ['mongodb' as const]),
    ...(RABBITMQ_URL ? [] : ['rabbitmq' as const]),
  ];
  if (only.length === 0)
    return { mongodbUri: MONGODB_URI, rabbitmqUrl: RABBITMQ_URL, stop: () => Promise.resolve() };
  const own = await startInfrastructure({ dataDir: await mkdtemp(path.join(tmpdir(), 'stores-')), only });
  return {
    mongodbUri: MONGODB_URI || own.mongodbUri,
    rabbitmqUrl: RABBITMQ_URL || own.rabbitmqUrl,
    stop: () => own.stop(),
  };
}

const unique = (prefix: string) => `${prefix}_${randomBytes(5).toString('hex')}`;

/** Instances of the service with a database and queues that nobody else uses. */
export class TestService {
  readonly service = unique('notification');
  readonly exchange = unique('events');
  private readonly database = unique('t');
  private readonly apps: NestExpressApplication[] = [];
  private readonly sockets: Socket[] = [];
  /** The user service: nobody's session has ended, and nobody has left. */
  private readonly users = createServer((_request, response) => {
    response.end(JSON.stringify({ ok: true, data: [], page: { next: null } }));
  });

  constructor(
    private readonly servers: { mongodbUri: string; rabbitmqUrl: string },
    private readonly settings: Partial<NotificationConfig> = {},
  ) {}

  async start(): Promise<NestExpressApplication> {
    if (!this.users.listening) await once(this.users.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.users.address() as AddressInfo;
    const uri = new URL(this.servers.mongodbUri);
    uri.pathname = this.database;
    const config = Object.assign(new NotificationConfig(), {
      MONGODB_URI: uri.href,
      RABBITMQ_URL: this.servers.rabbitmqUrl,
      LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
      INSTANCE_ID: unique('i'),
      USER_SERVICE_URL: [`http://127.0.0.1:${port}`],
      ...this.settings,
    });
    const module = AppModule.forRoot(config, {
      service: this.service,
      exchange: this.exchange,
      retryDelaysMs: [100, 200, 300],
    });
    const app = await startService({ module: module as never, port: 0, configure: connectTransports });
    this.apps.push(app);
    await vi.waitFor(
      async () => {
        const { status } = await fetch(`${originOf(app)}/health/ready`);
        if (status !== 200) throw new Error('not ready');
      },
      { timeout: 10_000 },
    );
    return app;
  }

  async stop(app: NestExpressApplication): Promise<void> {
    this.apps.splice(this.apps.indexOf(app), 1);
    await app.close();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.disconnect();
    await Promise.all(this.apps.map((app) => app.close()));
    this.users.closeAllConnections();
    this.users.close();
  }

  /** A device of the user, with everything that it has received so far. */
  async device(app: NestExpressApplication, userId: number): Promise<Device> {
    const socket = io(`${originOf(app)}/notifications`, {
      path: '/notifications/socket.io',
      auth: { token: await tokenOf(app, userId) },
      forceNew: true,
      reconnection: false,
    });
    this.sockets.push(socket);
    const device = new Device(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return device;
  }
}

/** What the tests of a file find: two instances, and somebody whom no test before has met, nor the nine next to them. */
export class Instances {
  app!: NestExpressApplication;
  other!: NestExpressApplication;
  service!: TestService;
  me = 0;
}

/** Two instances of one service for the tests of a file. Call it in the `describe`. */
export function useInstances(settings: Partial<NotificationConfig> = {}): Instances {
  const here = new Instances();
  let servers: Awaited<ReturnType<typeof stores>> | undefined;
  beforeAll(async () => {
    servers = await stores();
    here.service = new TestService(servers, settings);
    [here.app, here.other] = await Promise.all([here.service.start(), here.service.start()]);
  });
  afterAll(async () => {
    await here.service.close();
    await servers?.stop();
  });
  beforeEach(() => {
    here.me += 10;
  });
  return here;
}

export class Device {
  readonly received: { event: string; data: Record<string, unknown> }[] = [];

  constructor(readonly socket: Socket) {
    socket.onAny((event: string, data: Record<string, unknown>) => this.received.push({ event, data }));
  }

  of(event: string): Record<string, unknown>[] {
    return this.received.filter((entry) => entry.event === event).map(({ data }) => data);
  }
}

export const originOf = (app: NestExpressApplication) =>
  `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;

const tokenOf = (app: NestExpressApplication, userId: number) =>
  app
    .get(AccessTokens)
    .sign({ userId, username: `user${userId}`, sessionId: `s${userId}`, roles: ['user'] }, 600);

/** The user service, as it asks one instance. */
export const asUserService = (app: NestExpressApplication) =>
  new ServiceClient(app.get(AccessTokens), {
    caller: 'user-service',
    target: 'notification-service',
    urls: [originOf(app)],
    deadlineMs: 10_000,
  });

interface Answer {
  status: number;
  ok: boolean;
  data: unknown;
  page?: { next: string | null };
  error?: { code: string; message: string; details?: { field: string }[] };
}

export async function call(
  app: NestExpressApplication,
  userId: number,
  method: string,
  route: string,
  body?: object,
): Promise<Answer> {
  const authorization = `Bearer ${await tokenOf(app, userId)}`;
  const response = await fetch(`${originOf(app)}${route}`, {
    method,
    headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { ...((await response.json()) as Answer), status: response.status };
}

/** A `message.created` of a message that never was before. */
export function messageEvent(
  data: Partial<MessageCreatedDto>,
  at = new Date(),
): OutgoingEvent<MessageCreatedDto> {
  const messageId = data.messageId ?? new Types.ObjectId().toHexString();
  return {
    contract: messageCreatedEvent,
    id: messageId,
    key: messageCreatedEvent.example.conversationId,
    at,
    traceId: 'trace',
    data: {
      ...messageCreatedEvent.example,
      senderId: 1_000_000,
      createdAt: at.toISOString(),
      ...data,
      messageId,
    },
  };
}

export const publish = (app: NestExpressApplication, event: OutgoingEvent) =>
  app.get(EventPublisher).publish(event);
