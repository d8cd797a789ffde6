import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { notificationCreated, type NotificationDto } from '@app/contracts';
import { Broadcaster, rooms } from '@app/realtime';
import { Counter } from 'prom-client';
import { NotificationsService } from '../notifications/notifications.service';

const TOPIC = 'notifications-created';

const pushed = new Counter({
  name: 'notifications_pushed_total',
  help: 'Notifications handed to a live connection (sent), or stored for a user without one on this instance (offline).',
  labelNames: ['transport', 'outcome'],
});
const sent = pushed.labels('socket', 'sent');
const offline = pushed.labels('socket', 'offline');

/** Brings new notifications to live sockets. An instance serves its own sockets and tells the others once per batch. */
@Injectable()
export class LivePush implements OnApplicationBootstrap {
  constructor(
    private readonly broadcaster: Broadcaster,
    private readonly notifications: NotificationsService,
  ) {}

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ created: NotificationDto[] }>(TOPIC, ({ created }) => this.pushHere(created));
  }

  created(created: NotificationDto[]): void {
    if (created.length === 0) return;
    this.pushHere(created);
    this.broadcaster.tellPeers(TOPIC, { created });
  }

  private pushHere(created: NotificationDto[]): void {
    const live = created.filter(({ user_id }) => this.broadcaster.hasLocal(user_id));
    for (const dto of live) this.broadcaster.to(rooms.user(dto.user_id)).local.emit(notificationCreated, dto);
    sent.inc(live.length);
    offline.inc(created.length - live.length);
    this.notifications.announceUnread(live.map(({ user_id }) => user_id));
  }
}
