import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { notificationCreated } from '@app/contracts';
import { Broadcaster, rooms } from '@app/realtime';
import { toNotificationDto, type Notification } from '../notifications/notification';
import { NotificationsService } from '../notifications/notifications.service';
import { pushedTotal } from './pushed-metric';

const TOPIC = 'notifications-created';

const sent = pushedTotal.labels('socket', 'sent');
const offline = pushedTotal.labels('socket', 'offline');

/** Brings new notifications to live sockets. An instance serves its own sockets and tells the others once per batch. */
@Injectable()
export class LivePush implements OnApplicationBootstrap {
  constructor(
    private readonly broadcaster: Broadcaster,
    private readonly notifications: NotificationsService,
  ) {}

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ created: Travelled[] }>(TOPIC, ({ created }) =>
      this.pushHere(created.map(arrived)),
    );
  }

  created(created: Notification[]): void {
    if (created.length === 0) return;
    this.pushHere(created);
    this.broadcaster.tellPeers(TOPIC, { created });
  }

  /** Most have no socket here: only those who do cost more than a look. */
  private pushHere(created: Notification[]): void {
    const live = created.filter(({ user_id }) => this.broadcaster.hasLocal(user_id));
    for (const notification of live) {
      const device = this.broadcaster.to(rooms.user(notification.user_id)).local;
      device.emit(notificationCreated, toNotificationDto(notification));
    }
    sent.inc(live.length);
    offline.inc(created.length - live.length);
    this.notifications.announceUnread(live.map(({ user_id }) => user_id));
  }
}

/** A notification after its way through JSON. */
type Travelled = Omit<Notification, 'created_at' | 'updated_at'> & { created_at: string; updated_at: string };

const arrived = (notification: Travelled): Notification => ({
  ...notification,
  created_at: new Date(notification.created_at),
  updated_at: new Date(notification.updated_at),
});
