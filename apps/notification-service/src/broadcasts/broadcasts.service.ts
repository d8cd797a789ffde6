import { createHash, randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  badRequest,
  notificationCreated,
  systemBroadcastEvent,
  unavailable,
  type BroadcastDto,
  type PostBroadcastDto,
  type SystemBroadcastDto,
} from '@app/contracts';
import { EventPublisher } from '@app/messaging';
import { Logger } from '@app/platform';
import { Broadcaster, rooms } from '@app/realtime';
import { NotificationConfig } from '../config';
import { toNotificationDto } from '../notifications/notification';
import { UnreadCounts } from '../notifications/unread-counts';
import { toBroadcastDto, type Broadcast } from './broadcast';
import { BroadcastRepository } from './broadcast.repository';
import { OwnBroadcasts } from './own-broadcasts';

const TOPIC = 'broadcast-created';
const DAY_MS = 86_400_000;
/** People who are told in one go. */
const STEP = 200;

/** What admins say to everybody, or to some. It comes by the bus, whoever says it; it is stored once and never for each. */
@Injectable()
export class BroadcastsService implements OnApplicationBootstrap {
  constructor(
    private readonly broadcasts: BroadcastRepository,
    private readonly own: OwnBroadcasts,
    private readonly unread: UnreadCounts,
    private readonly publisher: EventPublisher,
    private readonly broadcaster: Broadcaster,
    private readonly config: NotificationConfig,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ id: string }>(TOPIC, ({ id }) => void this.tellHere(id));
  }

  /** Resolves when the bus has it for good. The same `clientId` again is the same broadcast. */
  async say(
    adminId: number,
    { title, content, userIds, expiresAt, clientId }: PostBroadcastDto,
  ): Promise<BroadcastDto> {
    const at = new Date();
    const longest = new Date(at.getTime() + this.config.BROADCAST_DAYS * DAY_MS);
    const expires = expiresAt === undefined ? longest : new Date(expiresAt);
    if (expires <= at) throw badRequest('expiresAt', 'must be in the future');
    if (expires > longest) throw badRequest('expiresAt', `must be within ${this.config.BROADCAST_DAYS} days`);
    const id = idOf(adminId, clientId);
    const data: SystemBroadcastDto = {
      broadcastId: id,
      ...{ title, content, userIds: userIds ?? null, createdBy: adminId },
      createdAt: at.toISOString(),
      expiresAt: expires.toISOString(),
    };
    await this.publisher.publish({ contract: systemBroadcastEvent, id, key: id, at, traceId: id, data });
    const user_ids = userIds ?? null;
    return toBroadcastDto({ _id: id, title, content, user_ids, created_at: at, expires_at: expires });
  }

  /** Idempotent. Rejects with UNAVAILABLE while the store is away. */
  async said({ broadcastId, createdAt, expiresAt, ...said }: SystemBroadcastDto): Promise<void> {
    const broadcast: Broadcast = {
      _id: broadcastId,
      title: said.title,
      content: said.content,
      user_ids: said.userIds,
      created_by: said.createdBy,
      created_at: new Date(createdAt),
      expires_at: new Date(expiresAt),
    };
    try {
      if (!(await this.broadcasts.insert(broadcast))) return;
    } catch (error) {
      this.logger.warn('a broadcast is stored later', error);
      throw unavailable('the notification store');
    }
    this.broadcaster.tellPeers(TOPIC, { id: broadcastId });
    await this.tellHere(broadcastId);
  }

  /** Those who are connected here, a few at a time: others must not wait for it. */
  private async tellHere(id: string): Promise<void> {
    this.own.forget();
    try {
      const userIds = this.broadcaster.localUsers();
      for (let from = 0; from < userIds.length; from += STEP) {
        const some = userIds.slice(from, from + STEP);
        const heard = [];
        for (const notifications of (await this.own.of(some)).values())
          heard.push(...notifications.filter(({ event_id, is_read }) => event_id === id && !is_read));
        for (const notification of heard)
          this.broadcaster
            .to(rooms.user(notification.user_id))
            .local.emit(notificationCreated, toNotificationDto(notification));
        this.unread.changed(heard.map(({ user_id }) => user_id));
        await setImmediate();
      }
    } catch (error) {
      this.logger.warn('a broadcast was not told live to all; it stands in their lists', error);
    }
  }
}

/** 24 hexadecimal digits, as all ids. */
const idOf = (adminId: number, clientId: string | undefined): string =>
  clientId === undefined
    ? randomBytes(12).toString('hex')
    : createHash('sha256').update(`${adminId}:${clientId}`).digest('hex').slice(0, 24);
