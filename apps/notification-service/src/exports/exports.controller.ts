import { Controller } from '@nestjs/common';
import { exportNotifications, type ExportedNotificationsDto } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { NotificationsService } from '../notifications/notifications.service';

const PART = 500;

/** For the user service, by service token; the gateway does not route here. */
@Controller()
export class ExportsController {
  constructor(private readonly notifications: NotificationsService) {}

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
}
