import { Injectable } from '@nestjs/common';
import { Broadcaster } from '@app/realtime';
import { Histogram } from 'prom-client';
import { NotificationConfig } from '../config';
import { pushedTotal } from '../delivery/pushed-metric';
import type { Notification } from '../notifications/notification';
import type { Preferences } from '../preferences/preferences';
import { PreferencesService } from '../preferences/preferences.service';
import { PushClaimRepository } from './push-claim.repository';
import type { PushDelivery } from './push-log.repository';
import { PushLog } from './push-log.service';
import { mayPush } from './push-plan';
import { pushOf } from './push-text';
import type { PushOutcome } from './push-transport';
import { PushTransports } from './push-transports';
import type { Subscription } from './subscription';
import { SubscriptionsService } from './subscriptions.service';

const pushLag = new Histogram({
  name: 'notification_push_lag_seconds',
  help: 'Time from an event to the push service that has taken its notification.',
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3_600],
});

/** A notification and the devices that it is still to be brought to. */
export interface PushJob {
  notification: Notification;
  devices: Subscription[];
  chosen: Preferences | null | undefined;
}

interface Tried {
  device: Subscription;
  outcome: PushOutcome;
}

/** Pushes notifications to the devices of people who have none that is connected. */
@Injectable()
export class PushService {
  constructor(
    private readonly transports: PushTransports,
    private readonly subscriptions: SubscriptionsService,
    private readonly preferences: PreferencesService,
    private readonly claims: PushClaimRepository,
    private readonly log: PushLog,
    private readonly broadcaster: Broadcaster,
    private readonly config: NotificationConfig,
  ) {}

  /** What there is to do for these; the others are done. For all of them one look at each store, and one around. */
  async plan(notifications: Notification[]): Promise<PushJob[]> {
    const userIds = [...new Set(notifications.map(({ user_id }) => user_id))];
    const [devices, chosen, online] = await Promise.all([
      this.subscriptions.devicesOf(userIds),
      this.preferences.of(userIds),
      this.broadcaster.online(userIds),
    ]);
    const present = new Set(online);
    const oldest = Date.now() - this.config.PUSH_TTL * 1_000;
    const jobs = notifications.map((notification): PushJob => {
      const own = chosen.get(notification.user_id);
      const isOver =
        present.has(notification.user_id) ||
        (notification.is_read && !notification.hidden) ||
        notification.updated_at.getTime() < oldest;
      const left = devices.filter(
        ({ user_id, id, platform }) =>
          user_id === notification.user_id &&
          !notification.push_done?.includes(id) &&
          mayPush(notification, own, platform),
      );
      return { notification, devices: isOver ? [] : left, chosen: own };
    });
    const done = jobs.filter((job) => job.devices.length === 0);
    if (done.length > 0) await this.claims.finish(done.map(({ notification }) => notification._id));
    return jobs.filter((job) => job.devices.length > 0);
  }

  /** To all devices at once. What did not work but may is tried again later, for those devices alone. */
  async push({ notification, devices, chosen }: PushJob): Promise<void> {
    const message = pushOf(notification, chosen?.push_content ?? true, this.config.PUSH_TTL);
    const tries = (notification.push_tries ?? 0) + 1;
    const tried = await Promise.all(
      devices.map(async (device): Promise<Tried> => {
        const transport = this.transports.find(device.platform);
        const outcome = await transport?.send(device, message);
        return { device, outcome: outcome ?? { kind: 'refused', reason: 'switched off' } };
      }),
    );
    const isLast = tries >= this.config.PUSH_TRIES;
    await this.settle(notification, tried, tries, isLast);
    const at = new Date();
    const deliveries = tried.map(({ device, outcome }): PushDelivery => ({
      user_id: device.user_id,
      notification_id: notification._id,
      subscription_id: device.id,
      platform: device.platform,
      device: device.device,
      outcome: nameOf(outcome, isLast),
      reason: 'reason' in outcome ? outcome.reason : null,
      tries,
      at,
    }));
    for (const { platform, outcome } of deliveries) {
      pushedTotal.inc({ transport: platform, outcome });
      if (outcome === 'sent')
        pushLag.observe(Math.max(0, at.getTime() - notification.updated_at.getTime()) / 1_000);
    }
    await this.log.note(deliveries);
  }

  private async settle(
    notification: Notification,
    tried: Tried[],
    tries: number,
    isLast: boolean,
  ): Promise<void> {
    const later = tried.filter(({ outcome }) => outcome.kind === 'later');
    if (later.length === 0 || isLast) await this.claims.finish([notification._id]);
    else {
      const done = tried.filter(({ outcome }) => outcome.kind !== 'later').map(({ device }) => device.id);
      const all = [...(notification.push_done ?? []), ...done];
      await this.claims.postpone(notification._id, this.nextTry(tries, later), tries, all);
    }
    for (const { device, outcome } of tried)
      if (outcome.kind === 'gone') await this.subscriptions.gone(device);
  }

  /** Not all at the same moment, and not before a push service has asked for it. */
  private nextTry(tries: number, later: Tried[]): Date {
    const pause = this.config.PUSH_RETRY_MS * 4 ** (tries - 1) * (0.75 + Math.random() / 2);
    const asked = later.map(({ outcome }) => (outcome.kind === 'later' && outcome.afterMs) || 0);
    return new Date(Date.now() + Math.min(Math.max(pause, ...asked), this.config.PUSH_TTL * 1_000));
  }
}

const nameOf = ({ kind }: PushOutcome, isLast: boolean) => (kind === 'later' && isLast ? 'failed' : kind);
