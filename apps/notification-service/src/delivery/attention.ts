import { Injectable } from '@nestjs/common';
import { kindOf } from '../notifications/notification-kind';
import { hide, type Notification } from '../notifications/notification';
import { wants, type Preferences } from '../preferences/preferences';
import { PreferencesService } from '../preferences/preferences.service';
import { isWithin } from '../preferences/quiet-hours';

/** What becomes of notifications by what their owners have chosen: they are told, told without a sound, or not told. */
@Injectable()
export class Attention {
  constructor(private readonly preferences: PreferencesService) {}

  /** In the same order; for all of them at most one query. */
  async decide(notifications: readonly Notification[]): Promise<Notification[]> {
    const chosen = await this.preferences.of(notifications.map(({ user_id }) => user_id));
    const now = new Date();
    return notifications.map((notification) => {
      const own = chosen.get(notification.user_id);
      return own && !notification.hidden ? asWanted(notification, own, now) : notification;
    });
  }
}

export function asWanted(notification: Notification, chosen: Preferences, at: Date): Notification {
  if (!wants(chosen, kindOf(notification), 'inApp')) return hide(notification, 'preferences', at);
  const { do_not_disturb: hours } = chosen;
  return hours && isWithin(hours, at) ? { ...notification, quiet: true } : notification;
}
