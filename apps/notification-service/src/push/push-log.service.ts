import { Injectable } from '@nestjs/common';
import { badRequest, type ListPushDeliveriesDto, type Page, type PushDeliveryDto } from '@app/contracts';
import { Logger } from '@app/platform';
import { isMongoId } from 'class-validator';
import { PushLogRepository, type PushDelivery } from './push-log.repository';

const DEFAULT_LIMIT = 20;

/** What became of pushes, for those whose devices they went to. */
@Injectable()
export class PushLog {
  constructor(
    private readonly deliveries: PushLogRepository,
    private readonly logger: Logger,
  ) {}

  /** Beside the work, never in its way. */
  async note(deliveries: PushDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await this.deliveries.add(deliveries).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn('what became of pushes could not be noted', { reason, count: deliveries.length });
    });
  }

  async list(
    userId: number,
    { limit = DEFAULT_LIMIT, cursor }: ListPushDeliveriesDto,
  ): Promise<Page<PushDeliveryDto>> {
    if (cursor !== undefined && !isMongoId(cursor))
      throw badRequest('cursor', 'must be the page.next of the page before');
    const found = await this.deliveries.listOf(userId, limit + 1, cursor);
    const here = found.slice(0, limit);
    const items = here.map(({ _id, notification_id, subscription_id, at, ...rest }) => ({
      id: _id.toHexString(),
      notificationId: notification_id,
      subscriptionId: subscription_id,
      platform: rest.platform,
      device: rest.device,
      outcome: rest.outcome,
      reason: rest.reason,
      tries: rest.tries,
      at: at.toISOString(),
    }));
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** For a deleted account. */
  removeAllOf(userId: number): Promise<void> {
    return this.deliveries.removeAllOf(userId);
  }
}
