import { setTimeout } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { notificationCount } from '@app/contracts';
import { Logger, Shutdown } from '@app/platform';
import { Broadcaster, rooms } from '@app/realtime';
import { OwnBroadcasts } from '../broadcasts/own-broadcasts';
import { NotificationRepository } from './notification.repository';

/** A user is told at most this often. */
const INTERVAL_MS = 150;
/** Users per query. */
const BATCH = 50;
/** Pause after counting, as a multiple of its duration: counting never takes more than a fifth of a connection. */
const REST_FACTOR = 4;
const TOPIC = 'unread-changed';

/** Tells users with live sockets how much is unread: always counted, never added up, so it cannot drift. */
@Injectable()
export class UnreadCounts implements OnApplicationBootstrap {
  private changedUsers = new Set<number>();
  private running = false;
  private stopped = false;
  private notBefore = 0;

  constructor(
    private readonly notifications: NotificationRepository,
    private readonly broadcasts: OwnBroadcasts,
    private readonly broadcaster: Broadcaster,
    private readonly logger: Logger,
    shutdown: Shutdown,
  ) {
    shutdown.register('close-sockets', 'unread counts', () => {
      this.stopped = true;
      return Promise.resolve();
    });
  }

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ userId: number }>(TOPIC, ({ userId }) => this.changed([userId]));
  }

  /** Tells the users' devices on this instance; at once when it is quiet, else together with others. */
  changed(userIds: number[]): void {
    for (const id of userIds) if (this.broadcaster.hasLocal(id)) this.changedUsers.add(id);
    if (this.changedUsers.size > 0) void this.run();
  }

  /** The same on all instances. */
  changedEverywhere(userId: number): void {
    this.changed([userId]);
    this.broadcaster.tellPeers(TOPIC, { userId });
  }

  /** Unread notifications of each user, broadcasts included; a user without any is 0. */
  async count(userIds: number[]): Promise<Map<number, number>> {
    const [counts, broadcasts] = await Promise.all([
      this.notifications.countUnread(userIds),
      this.broadcasts.of(userIds),
    ]);
    for (const [id, heard] of broadcasts)
      counts.set(id, (counts.get(id) ?? 0) + heard.filter(({ is_read }) => !is_read).length);
    return counts;
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.changedUsers.size > 0 && !this.stopped) {
      await setTimeout(Math.max(0, this.notBefore - Date.now()));
      const started = Date.now();
      await this.tell();
      this.notBefore = Date.now() + Math.max(INTERVAL_MS, (Date.now() - started) * REST_FACTOR);
    }
    this.running = false;
  }

  private async tell(): Promise<void> {
    const users = [...this.changedUsers];
    this.changedUsers = new Set();
    for (let from = 0; from < users.length; from += BATCH) {
      try {
        const counts = await this.count(users.slice(from, from + BATCH));
        for (const [id, count] of counts)
          this.broadcaster.to(rooms.user(id)).local.emit(notificationCount, { count });
      } catch (error) {
        this.logger.warn(
          'unread notifications could not be counted; their users hear of the next change',
          error,
        );
      }
    }
  }
}
