import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Controller, Inject, Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { messageCreatedEvent, type IntegrationEvent, type MessageCreatedDto } from '@app/contracts';
import { BaseConfig, PlatformModule } from '@app/platform';
import { connect, type ChannelModel } from 'amqplib';
import { startInfrastructure } from '../../../../tools/infra/index.mjs';
import {
  Consumes,
  MessagingModule,
  ReliableRmqServer,
  type IncomingEvent,
  type MessagingOptions,
  type OutgoingEvent,
} from '../../src/index';
import { queueArguments, queueNames } from '../../src/topology';

type Handle = (event: IncomingEvent<MessageCreatedDto>) => Promise<void>;
const HANDLE = Symbol('handle');

/** Lets each test say what its consumer does with an event. */
@Controller()
export class TestConsumer {
  constructor(@Inject(HANDLE) private readonly behave: Handle) {}

  @Consumes(messageCreatedEvent)
  async handle(event: IncomingEvent<MessageCreatedDto>): Promise<void> {
    await this.behave(event);
  }
}

@Module({})
class TestModule {
  static with(imports: DynamicModule[], controllers: Type[], handle: Handle): DynamicModule {
    return { module: TestModule, imports, controllers, providers: [{ provide: HANDLE, useValue: handle }] };
  }
}

export interface AppOptions extends Partial<MessagingOptions> {
  url: string;
  /** Of the queues; two apps with the same name are two instances of one service. */
  service: string;
  exchange: string;
  handle?: Handle;
  controllers?: Type[];
}

/** A process in miniature: the platform and messaging, consuming `message.created` when there is a `handle`. */
export async function startApp({
  handle,
  controllers,
  ...options
}: AppOptions): Promise<NestExpressApplication> {
  const instance = `${options.service}-${randomBytes(2).toString('hex')}`;
  const config = Object.assign(new BaseConfig(), {
    INSTANCE_ID: instance,
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
  });
  const consumes: IntegrationEvent[] = handle ? [messageCreatedEvent] : [];
  const module = TestModule.with(
    [
      PlatformModule.forRoot({ service: options.service, config, port: 1, routes: [] }),
      MessagingModule.forRoot({ instance, consumes, retryDelaysMs: [100, 200, 300], ...options }),
    ],
    controllers ?? (handle ? [TestConsumer] : []),
    handle ?? (() => Promise.resolve()),
  );
  const app = await NestFactory.create<NestExpressApplication>(module, {
    logger: false,
    abortOnError: false,
  });
  app.connectMicroservice({ strategy: app.get(ReliableRmqServer) });
  await app.init();
  await app.startAllMicroservices();
  return app;
}

/** RABBITMQ_URL, or a broker of our own. */
export async function broker(): Promise<{ url: string; stop: () => Promise<void> }> {
  const url = process.env['RABBITMQ_URL'] ?? '';
  if (url !== '') return { url, stop: () => Promise.resolve() };
  const own = await ownBroker();
  return { url: own.rabbitmqUrl, stop: () => own.stop() };
}

/** A broker that may be killed. */
export async function ownBroker() {
  const infrastructure = await startInfrastructure({
    dataDir: await mkdtemp(path.join(tmpdir(), 'broker-')),
    only: ['rabbitmq'],
  });
  const [rabbitmq] = infrastructure.processes;
  if (!rabbitmq) throw new Error('no broker');
  return { ...infrastructure, rabbitmq };
}

export const uniqueName = (prefix: string) => `${prefix}-${randomBytes(4).toString('hex')}`;

/** A `message.created` whose id and preview are `id`. */
export const event = (id: string): OutgoingEvent<MessageCreatedDto> => ({
  contract: messageCreatedEvent,
  id,
  key: 'conversation',
  at: new Date(),
  traceId: 'trace',
  data: { ...messageCreatedEvent.example, preview: id },
});

/** A look behind the scenes over a connection of its own. */
export class Admin {
  private constructor(private readonly connection: ChannelModel) {}

  static async connect(url: string): Promise<Admin> {
    const connection = await connect(url);
    connection.on('error', () => undefined);
    return new Admin(connection);
  }

  /** Ready messages and consumers; -1 when there is no such queue. */
  async inspect(queue: string): Promise<{ messages: number; consumers: number }> {
    return this.on(async (channel) => {
      const { messageCount, consumerCount } = await channel.checkQueue(queue);
      return { messages: messageCount, consumers: consumerCount };
    }).catch(() => ({ messages: -1, consumers: -1 }));
  }

  async take(queue: string): Promise<{ body: string; headers: Record<string, unknown> } | null> {
    return this.on(async (channel) => {
      const message = await channel.get(queue, { noAck: true });
      return message ? { body: message.content.toString(), headers: message.properties.headers ?? {} } : null;
    });
  }

  async declare(quorumQueue: string): Promise<void> {
    const options = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
    await this.on((channel) => channel.assertQueue(quorumQueue, options));
  }

  /** Takes the first message and returns it undone, as a consumer that dies with it does. */
  async giveBack(queue: string): Promise<void> {
    await this.on(async (channel) => {
      const message = await channel.get(queue);
      if (message) channel.nack(message);
    });
  }

  /** Takes all of so many out of the queue and returns them undone, as a consumer that dies with all of them does. */
  async giveAllBack(queue: string, count: number): Promise<void> {
    await this.on(async (channel) => {
      // What was given back before may be on its way into the queue still.
      for (let taken = 0; taken < count;) if (await channel.get(queue)) taken++;
      channel.nackAll();
    });
  }

  async put(queue: string, body: string): Promise<void> {
    await this.on(async (channel) => {
      channel.sendToQueue(queue, Buffer.from(body), { messageId: 'foreign', persistent: true });
      await channel.waitForConfirms();
    });
  }

  /** Confirmed; not refused when no queue wants it. */
  async publish(exchange: string, key: string, body: string): Promise<void> {
    await this.on(async (channel) => {
      channel.publish(exchange, key, Buffer.from(body), { messageId: 'foreign' });
      await channel.waitForConfirms();
    });
  }

  async deleteQueue(queue: string): Promise<void> {
    await this.on((channel) => channel.deleteQueue(queue));
  }

  /** The queue of a service for `message.created`, as the service itself would declare it. */
  async declareLike(service: string): Promise<void> {
    const names = queueNames(service, messageCreatedEvent.name);
    await this.on((channel) =>
      channel.assertQueue(names.queue, { durable: true, arguments: queueArguments(names) }),
    );
  }

  async bind(queue: string, exchange: string, pattern: string): Promise<void> {
    await this.on(async (channel) => {
      await channel.assertExchange(exchange, 'topic', { durable: true });
      await channel.assertQueue(queue, { durable: true });
      await channel.bindQueue(queue, exchange, pattern);
    });
  }

  async deleteService(service: string, exchange: string): Promise<void> {
    const queue = `${service}.message.created`;
    for (const suffix of ['', '.dlq', '.retry.0.1s', '.retry.0.2s', '.retry.0.3s'])
      await this.deleteQueue(queue + suffix);
    await this.on((channel) => channel.deleteExchange(exchange));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async on<T>(
    work: (channel: Awaited<ReturnType<ChannelModel['createConfirmChannel']>>) => Promise<T>,
  ): Promise<T> {
    const channel = await this.connection.createConfirmChannel();
    channel.on('error', () => undefined);
    try {
      return await work(channel);
    } finally {
      // The broker has closed it already when the work was refused.
      await channel.close().catch(() => undefined);
    }
  }
}
