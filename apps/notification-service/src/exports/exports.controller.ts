import { Controller } from '@nestjs/common';
import {
  exportNotificationPreferences,
  exportNotifications,
  exportPushDeliveries,
  exportPushSubscriptions,
  type ExportedNotificationsDto,
  type ExportedPushDeliveriesDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { NotificationsService } from '../notifications/notifications.service';
import { PreferencesService } from '../preferences/preferences.service';
import { PushLog } from '../push/push-log.service';
import { SubscriptionsService } from '../push/subscriptions.service';

const PART = 500;

/** For the user service, by service token; the gateway does not route here. */
@Controller()
export class ExportsController {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly preferences: PreferencesService,
    private readonly subscriptions: SubscriptionsService,
    private readonly pushLog: PushLog,
  ) {}

  @Handles(exportNotifications)
  async export(
    @Input() { body: { userId, cursor } }: InputOf<typeof exportNotifications>,
  ): Promise<ExportedNotificationsDto> {
    const { items: entries, next } = await this.notifications.list(userId, {
      limit: PART,
      cursor,
      collapse: false,
    });
    return { entries, next };
  }

  @Handles(exportNotificationPreferences)
  async exportPreferences(@Input() { body }: InputOf<typeof exportNotificationPreferences>) {
    return { entries: await this.preferences.export(body.userId), next: null };
  }

  @Handles(exportPushSubscriptions)
  async exportDevices(@Input() { body }: InputOf<typeof exportPushSubscriptions>) {
    return { entries: await this.subscriptions.export(body.userId), next: null };
  }

  @Handles(exportPushDeliveries)
  async exportDeliveries(
    @Input() { body: { userId, cursor } }: InputOf<typeof exportPushDeliveries>,
  ): Promise<ExportedPushDeliveriesDto> {
    const { items: entries, next } = await this.pushLog.list(userId, { limit: PART, cursor });
    return { entries, next };
  }
}
