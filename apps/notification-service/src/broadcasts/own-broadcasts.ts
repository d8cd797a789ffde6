import { Injectable } from '@nestjs/common';
import { notFound } from '@app/contracts';
import { FreshCache } from '@app/platform';
import { NotificationConfig } from '../config';
import type { Notification } from '../notifications/notification';
import { wants } from '../preferences/preferences';
import { isWithin } from '../preferences/quiet-hours';
import { PreferencesService } from '../preferences/preferences.service';
import { asNotification, BROADCAST_PREFIX, isFor, isRead, type Broadcast } from './broadcast';
import { BroadcastRepository } from './broadcast.repository';

const BELIEVED_MS = 5_000;
const LIVING = 'living';

/** Broadcasts as each of their hearers has them: what is said once, and what that one has done with it. */
@Injectable()
export class OwnBroadcasts {
  private readonly known = new FreshCache<string, Broadcast[]>(BELIEVED_MS, 1);

  constructor(
    private readonly broadcasts: BroadcastRepository,
    private readonly preferences: PreferencesService,
    private readonly config: NotificationConfig,
  ) {}

  /** A new one is there. */
  forget(): void {
    this.known.forgetAll();
  }

  /** Newest first: of each of the users, those that they have not deleted. One query for what they have done. */
  async of(userIds: number[]): Promise<Map<number, Notification[]>> {
    const now = new Date();
    const living = await this.living();
    const hearers = userIds.filter((id) => living.some((broadcast) => isFor(broadcast, id, now)));
    const own = new Map<number, Notification[]>(userIds.map((id) => [id, []]));
    if (hearers.length === 0) return own;
    const [states, chosen] = await Promise.all([
      this.broadcasts.statesOf(hearers),
      this.preferences.of(hearers),
    ]);
    for (const userId of hearers) {
      if (!wants(chosen.get(userId), 'broadcast', 'inApp')) continue;
      const hours = chosen.get(userId)?.do_not_disturb;
      const state = states.get(userId);
      const heard = living.filter(
        (broadcast) => isFor(broadcast, userId, now) && !state?.deleted?.includes(broadcast._id),
      );
      own.set(
        userId,
        heard.map((broadcast) => ({
          ...asNotification(broadcast, userId, isRead(broadcast, state)),
          ...(hours && isWithin(hours, broadcast.created_at) && { quiet: true as const }),
        })),
      );
    }
    return own;
  }

  async listOf(userId: number): Promise<Notification[]> {
    return (await this.of([userId])).get(userId) ?? [];
  }

  /** Null when there is none that the user hears. */
  async find(userId: number, notificationId: string): Promise<Notification | null> {
    return (await this.listOf(userId)).find(({ _id }) => _id === notificationId) ?? null;
  }

  /** Notes what the user does with one; as it was before. */
  async note(userId: number, what: 'read' | 'deleted', notificationId: string): Promise<Notification> {
    const found = await this.find(userId, notificationId);
    if (!found) throw notFound('notification');
    const living = (await this.living()).map(({ _id }) => _id);
    if (what === 'deleted' || !found.is_read)
      await this.broadcasts.note(userId, what, notificationId.slice(BROADCAST_PREFIX.length), living);
    return found;
  }

  /** Whether there was anything to read. */
  async readAll(userId: number, at: Date): Promise<boolean> {
    const unread = (await this.listOf(userId)).filter(({ is_read }) => !is_read);
    if (unread.length > 0) await this.broadcasts.readUntil(userId, at);
    return unread.length > 0;
  }

  /** For a deleted account. */
  removeAllOf(userId: number): Promise<void> {
    return this.broadcasts.removeAllOf(userId);
  }

  private async living(): Promise<Broadcast[]> {
    const all = await this.known.load([LIVING], async () => {
      const found = await this.broadcasts.listLiving(new Date(), this.config.MAX_BROADCASTS);
      return new Map([[LIVING, found]]);
    });
    return all.get(LIVING) ?? [];
  }
}
