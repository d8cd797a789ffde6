import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { unavailable, type UserDeletedDto } from '@app/contracts';
import { MissedDepartures, type DepartureKeeper } from '@app/messaging';
import { Logger } from '@app/platform';
import { NotificationConfig } from '../config';
import { withoutActor, type Notification } from '../notifications/notification';
import { NotificationsService } from '../notifications/notifications.service';
import { OwnBroadcasts } from '../broadcasts/own-broadcasts';
import { PushLog } from '../push/push-log.service';
import { SubscriptionsService } from '../push/subscriptions.service';
import { PreferencesService } from '../preferences/preferences.service';
import { DepartedUserRepository } from './departed-user.repository';

/** What becomes of notifications when an account is deleted: its own go, and its name goes from those of others. */
@Injectable()
export class DeparturesService implements OnApplicationBootstrap, DepartureKeeper {
  private readonly logger: Logger;

  constructor(
    private readonly departed: DepartedUserRepository,
    private readonly notifications: NotificationsService,
    private readonly preferences: PreferencesService,
    private readonly subscriptions: SubscriptionsService,
    private readonly pushLog: PushLog,
    private readonly broadcasts: OwnBroadcasts,
    private readonly missed: MissedDepartures,
    private readonly config: NotificationConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'Departures' });
  }

  onApplicationBootstrap(): void {
    this.missed.watch(this, this.config.USER_SERVICE_URL);
  }

  latestFinished(): Promise<Date | null> {
    return this.departed.latestFinished();
  }

  unfinished(userIds: number[]): Promise<number[]> {
    return this.departed.unfinished(userIds);
  }

  /** Safe to repeat, and to begin again where a process died. Throws UNAVAILABLE while the store is away. */
  async depart({ userId, at }: UserDeletedDto): Promise<void> {
    try {
      // First, so that whoever stores something of theirs at this moment finds the mark afterwards.
      await this.departed.add(userId, new Date(at));
      const removed = await this.notifications.removeAllOf(userId);
      await this.notifications.removeActor(userId);
      await this.preferences.removeOf(userId);
      await this.subscriptions.removeAllOf(userId);
      await this.pushLog.removeAllOf(userId);
      await this.broadcasts.removeAllOf(userId);
      await this.departed.finish(userId);
      this.logger.info('a user has left', { userId, removed });
    } catch (error) {
      this.logger.warn('a departure is tried again', { userId, reason: reasonOf(error) });
      throw unavailable('the notification store');
    }
  }

  /**
   * What is left of notifications that were just stored: those to people who are gone are removed (null), those by people
   * who are gone lose the name. Asked after they were stored: a departure that comes at the same time finds them, or is found.
   */
  async settle(stored: Notification[]): Promise<(Notification | null)[]> {
    const gone = await this.departed.among(
      stored.flatMap(({ user_id, actor_id }) => (actor_id === null ? [user_id] : [user_id, actor_id])),
    );
    if (gone.size === 0) return stored;
    const toNobody = ({ user_id }: Notification) => gone.has(user_id);
    const byNobody = ({ actor_id }: Notification) => actor_id !== null && gone.has(actor_id);
    await this.notifications.remove(stored.filter(toNobody));
    await this.notifications.removeActorFrom(stored.filter(byNobody));
    return stored.map((item) => (toNobody(item) ? null : byNobody(item) ? withoutActor(item) : item));
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : 'unknown');
