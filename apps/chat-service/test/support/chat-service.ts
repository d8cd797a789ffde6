import { randomBytes } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createConversation, type ConversationDto } from '@app/contracts';
import { loadConfig, startService } from '@app/platform';
import type { MessagingOptions } from '@app/messaging';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll } from 'vitest';
import { AppModule } from '../../src/app.module';
import { ChatConfig } from '../../src/config';
import { DATABASE } from '@app/mongodb';
import { MessageLog } from '../../src/log/message-log';
import { PeopleService } from '../../src/people/people.service';
import { connectTransports } from '../../src/transports';
import { People, SECRET, type Person } from './people';

/** A database that nobody has used before, on the server of the run. */
export function freshDatabase(): string {
  const { MONGODB_URI = '' } = process.env;
  if (MONGODB_URI === '') throw new Error('MONGODB_URI is not set; run the tests through `npm test`');
  const url = new URL(MONGODB_URI);
  url.pathname = `/t_chat_${randomBytes(6).toString('hex')}`;
  return url.href;
}

/** The chat service in this process, with a database of its own. There is no broker, unless the settings name one. */
export class ChatService {
  private constructor(
    readonly app: NestExpressApplication,
    readonly origin: string,
    readonly everybody: People,
    /** The user service that knows them. */
    readonly userServiceUrl: string,
  ) {}

  static async start(
    settings: Record<string, string>,
    messaging: Partial<MessagingOptions> = {},
  ): Promise<ChatService> {
    const everybody = new People();
    const userServiceUrl = await everybody.directory.listen();
    const config = loadConfig(ChatConfig, {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      // What many would say in a day, a test says at once.
      SEND_RATE_MAX: '0',
      JWT_ACCESS_SECRET: SECRET,
      MONGODB_URI: freshDatabase(),
      RABBITMQ_URL: 'amqp://127.0.0.1:1',
      USER_SERVICE_URL: userServiceUrl,
      ...settings,
    });
    const app = await startService({
      module: AppModule.forRoot(config, messaging),
      port: 0,
      configure: connectTransports,
    });
    return new ChatService(
      app,
      (await app.getUrl()).replace('[::1]', '127.0.0.1'),
      everybody,
      userServiceUrl,
    );
  }

  people<const Names extends readonly string[]>(...names: Names): Promise<{ [N in keyof Names]: Person }> {
    return Promise.all(names.map(() => this.everybody.arrive(this.origin))) as Promise<{
      [N in keyof Names]: Person;
    }>;
  }

  /** Makes them contacts, so that they can write to each other without asking. */
  befriend(a: Person, b: Person): Promise<void> {
    return this.app.get(PeopleService).contactChanged(a.id, b.id, 0, true);
  }

  /** A private conversation of two contacts. */
  async talk(a: Person, b: Person): Promise<ConversationDto> {
    await this.befriend(a, b);
    return a.emit(createConversation, { type: 'private', participantIds: [b.id] });
  }

  /** The stored messages, for a test that must arrange what no client can. */
  get stored(): MessageLog['messages'] {
    return this.app.get(MessageLog).messages;
  }

  /** Ends this instance; the database stays, for the others. */
  async end(): Promise<void> {
    this.everybody.leave();
    await this.app.close();
    await this.everybody.directory.close();
  }

  async stop(): Promise<void> {
    this.everybody.leave();
    await this.app.get<Connection>(DATABASE).dropDatabase();
    await this.app.close();
    await this.everybody.directory.close();
  }
}

/** One service for the tests of a file. Call at the top level of the file. */
export function useChatService(
  settings: Record<string, string> = {},
  messaging: Partial<MessagingOptions> = {},
): () => ChatService {
  let service: ChatService | undefined;
  beforeAll(async () => {
    service = await ChatService.start(settings, messaging);
  });
  afterAll(() => service?.stop());
  return () => {
    if (!service) throw new Error('the chat service has not started');
    return service;
  };
}
