import { Injectable } from '@nestjs/common';
import type { Channel, PushPlatform } from '@app/contracts';
import { NotificationConfig } from '../config';
import { kindOf } from '../notifications/notification-kind';
import type { Notification } from '../notifications/notification';
import { wants, type Preferences } from '../preferences/preferences';
import { PreferencesService } from '../preferences/preferences.service';
import { PushTransports } from './push-transports';
import { SubscriptionsService } from './subscriptions.service';

export const channelOf = (platform: PushPlatform): Channel => (platform === 'web' ? 'webPush' : 'mobilePush');

/** Whether a push may come of it, as far as its owner has chosen. One that was hidden for the list only may come elsewhere. */
export const mayPush = (
  notification: Notification,
  chosen: Preferences | null | undefined,
  platform: PushPlatform,
): boolean =>
  !notification.quiet &&
  (!notification.hidden || notification.hidden === 'preferences') &&
  wants(chosen, kindOf(notification), channelOf(platform));

/** Says in notifications that are about to be stored that they are to be pushed: from then on that cannot get lost. */
@Injectable()
export class PushPlan {
  constructor(
    private readonly transports: PushTransports,
    private readonly subscriptions: SubscriptionsService,
    private readonly preferences: PreferencesService,
    private readonly config: NotificationConfig,
  ) {}

  /** In the same order. Costs nothing when no transport is switched on, else at most one query. */
  async mark(notifications: Notification[]): Promise<Notification[]> {
    if (this.transports.isEmpty) return notifications;
    const userIds = notifications.map(({ user_id }) => user_id);
    const [platforms, chosen] = await Promise.all([
      this.subscriptions.platformsOf(userIds),
      this.preferences.of(userIds),
    ]);
    // This instance is the first to try; who finds it later than that takes over.
    const push_at = new Date(Date.now() + this.config.PUSH_CLAIM_MS);
    return notifications.map((notification) => {
      const own = chosen.get(notification.user_id);
      const devices = platforms.get(notification.user_id) ?? [];
      return devices.some((platform) => mayPush(notification, own, platform))
        ? { ...notification, push_at }
        : notification;
    });
  }
}
