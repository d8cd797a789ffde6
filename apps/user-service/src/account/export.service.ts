import { Injectable } from '@nestjs/common';
import {
  AppError,
  exportConversations,
  exportConversationSettings,
  exportDrafts,
  exportFiles,
  exportHiddenMessages,
  exportMessages,
  exportNotificationPreferences,
  exportNotifications,
  exportPushDeliveries,
  exportPushSubscriptions,
  exportReactions,
  exportReceipts,
  exportScheduledMessages,
  type AccountExportDto,
  type Download,
  type ExportPartDto,
  type Route,
} from '@app/contracts';
import { AccessTokens, ServiceClient } from '@app/platform';
import { UserConfig } from '../config';
import { ThrottleService } from '../throttle/throttle.service';
import { UsersService } from '../users/users.service';
import { ExportRepository } from './export.repository';
import { EXPORTED_ROWS } from './exported-data';

/** For one part of what another service holds; the gateway wants to see something every 30 seconds. */
const DEADLINE_MS = 10_000;

/** Some of what another service holds, and where to go on. */
interface Part {
  entries: object[];
  next: string | null;
}
type PartRoute = Route<ExportPartDto, never, never, Part>;

/** All that is held about a user, as one document; never more of it in memory than a part. */
@Injectable()
export class ExportService {
  private readonly chat: ServiceClient;
  private readonly notifications: ServiceClient;

  constructor(
    private readonly users: UsersService,
    private readonly rows: ExportRepository,
    private readonly throttle: ThrottleService,
    tokens: AccessTokens,
    config: UserConfig,
  ) {
    const common = { caller: 'user-service', deadlineMs: DEADLINE_MS };
    this.chat = new ServiceClient(tokens, {
      ...common,
      target: 'chat-service',
      urls: config.CHAT_SERVICE_URL,
    });
    const target = 'notification-service';
    this.notifications = new ServiceClient(tokens, {
      ...common,
      target,
      urls: config.NOTIFICATION_SERVICE_URL,
    });
  }

  /** Throws RATE_LIMITED, or UNAVAILABLE when one of the services is away; afterwards a failure breaks the file off. */
  async open(userId: number): Promise<Download<AccountExportDto>> {
    await this.throttle.spend('export', String(userId));
    const exportedAt = new Date().toISOString();
    const pieces = this.write(userId, exportedAt);
    try {
      const first = await pieces.next();
      return { filename: `export-${exportedAt.slice(0, 10)}.json`, pieces: begunWith(first.value, pieces) };
    } catch (error) {
      if (error instanceof AppError) await this.throttle.giveBack('export', String(userId));
      throw error;
    }
  }

  private async *write(userId: number, exportedAt: string): AsyncGenerator<string, undefined> {
    // Asked before anything is sent: one that is away is told as what it is.
    const remote = await Promise.all([
      this.remote('conversations', this.chat, exportConversations, userId),
      this.remote('messages', this.chat, exportMessages, userId),
      this.remote('receipts', this.chat, exportReceipts, userId),
      this.remote('reactions', this.chat, exportReactions, userId),
      this.remote('hidden_messages', this.chat, exportHiddenMessages, userId),
      this.remote('conversation_settings', this.chat, exportConversationSettings, userId),
      this.remote('drafts', this.chat, exportDrafts, userId),
      this.remote('scheduled_messages', this.chat, exportScheduledMessages, userId),
      this.remote('files', this.chat, exportFiles, userId),
      this.remote('notifications', this.notifications, exportNotifications, userId),
      this.remote('notification_preferences', this.notifications, exportNotificationPreferences, userId),
      this.remote('push_subscriptions', this.notifications, exportPushSubscriptions, userId),
      this.remote('push_deliveries', this.notifications, exportPushDeliveries, userId),
    ]);
    const account = await this.users.getMe(userId);
    yield JSON.stringify({ format: 1, exported_at: exportedAt, account }).slice(0, -1);
    for (const section of EXPORTED_ROWS) yield* list(section.name, this.rows.pages(userId, section));
    for (const { name, pages } of remote) yield* list(name, pages);
    yield ',"complete":true}\n';
  }

  private async remote(name: string, service: ServiceClient, route: PartRoute, userId: number) {
    const ask = (cursor?: string): Promise<Part> =>
      service.call(route, { body: { userId, cursor }, idempotent: true });
    const first = await ask();
    return { name, pages: followed(first, ask) };
  }
}

async function* followed(first: Part, ask: (cursor: string) => Promise<Part>): AsyncGenerator<object[]> {
  yield first.entries;
  for (let { next } = first; next !== null;) {
    const part = await ask(next);
    yield part.entries;
    ({ next } = part);
  }
}

/** `,"name":[…]`, a page at a time. */
async function* list(name: string, pages: AsyncIterable<object[]>): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let separator = '';
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map((entry) => JSON.stringify(entry)).join(',');
    separator = ',';
  }
  yield ']';
}

async function* begunWith(first: string | undefined, rest: AsyncIterable<string>): AsyncGenerator<string> {
  if (first !== undefined) yield first;
  yield* rest;
}
