import { Injectable } from '@nestjs/common';
import { unavailable, type MessageCreatedDto } from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import { Logger } from '@app/platform';
import { Histogram } from 'prom-client';
import type { Notification } from '../notifications/notification';
import { DeparturesService } from '../departures/departures.service';
import { NotificationsService } from '../notifications/notifications.service';
import { PushPlan } from '../push/push-plan';
import { PushQueue } from '../push/push-queue';
import { Attention } from './attention';
import { GroupCommit } from './group-commit';
import { LivePush } from './live-push';
import { MessageTraces } from './message-traces';
import { notificationsOf } from './message-notification';

const GAP_MS = 40;
const MAX_BATCH = 2_000;

const lag = new Histogram({
  name: 'notification_lag_seconds',
  help: 'Time from a message to its stored notifications.',
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
});

const batchSize = new Histogram({
  name: 'notification_batch_size',
  help: 'Notifications that were written together.',
  buckets: [1, 4, 16, 64, 256, 1_024, MAX_BATCH],
});

/** Turns events into notifications: stored durably first, then pushed, then the event may be acknowledged. */
@Injectable()
export class DeliveryService {
  private readonly commit: GroupCommit<Notification>;

  constructor(
    private readonly notifications: NotificationsService,
    private readonly departures: DeparturesService,
    private readonly traces: MessageTraces,
    private readonly attention: Attention,
    private readonly live: LivePush,
    private readonly plan: PushPlan,
    private readonly pushes: PushQueue,
    private readonly logger: Logger,
  ) {
    this.commit = new GroupCommit((items) => this.write(items), GAP_MS, MAX_BATCH);
  }

  /** Idempotent: an event that comes again stores and pushes nothing. Rejects with UNAVAILABLE while the store is away. */
  async messageCreated(event: IncomingEvent<MessageCreatedDto>): Promise<void> {
    await this.deliver(notificationsOf(event));
    lag.observe(Math.max(0, Date.now() - event.at.getTime()) / 1_000);
  }

  /** Idempotent by the ids of the notifications. Rejects with UNAVAILABLE while the store is away. */
  async deliver(notifications: Notification[]): Promise<void> {
    if (notifications.length > 0) await this.commit.add(notifications);
  }

  private async write(arrived: Notification[]): Promise<boolean[]> {
    if (arrived.length === 0) return [];
    const items = await this.attention
      .decide(arrived)
      .then((decided) => this.plan.mark(decided))
      .catch((error: unknown) => this.postpone(arrived, error));
    batchSize.observe(items.length);
    const isNew = await this.store(items);
    const left = await this.settle(items).catch((error: unknown) => this.postpone(items, error));
    const those = (created: boolean) =>
      left.filter((item, index) => item !== null && isNew[index] === created).filter((item) => item !== null);
    this.live.created(those(true).filter(({ hidden }) => !hidden));
    this.pushes.add(those(true));
    // A first attempt whose answer was lost has stored them without telling anybody.
    this.notifications.announceUnread(those(false).map(({ user_id }) => user_id));
    return isNew;
  }

  /** What is left to tell of what was just stored: people may have gone, and messages changed, while it came. */
  private async settle(items: Notification[]): Promise<(Notification | null)[]> {
    return this.departures.settle(await this.traces.settle(items));
  }

  private async store(items: Notification[]): Promise<boolean[]> {
    return this.notifications.store(items).catch((error: unknown) => this.postpone(items, error));
  }

  private postpone(items: Notification[], error: unknown): never {
    // The driver's error object carries the documents, and with them what people wrote to each other.
    const reason = error instanceof Error ? error.message : 'unknown';
    this.logger.warn(`${items.length} notifications could not be stored; their events are retried`, {
      reason,
    });
    throw unavailable('the notification store');
  }
}
