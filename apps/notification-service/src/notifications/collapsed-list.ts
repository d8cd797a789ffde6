import { Injectable } from '@nestjs/common';
import type { NotificationType } from '@app/contracts';
import { NotificationConfig } from '../config';
import { CollapseRepository, type CollapsedEntry } from './collapse.repository';
import type { Notification } from './notification';
import { NotificationRepository, type Position } from './notification.repository';

export interface ListQuery {
  unreadOnly: boolean;
  type?: NotificationType;
  limit: number;
  after?: Position;
}

/** A notification in a list. `count`: how many unread ones it stands for, itself included. */
export type Listed = Notification & { count?: number };

/** Newest first. */
export const byPosition = (a: Position, b: Position): number =>
  b.created_at.getTime() - a.created_at.getTime() || (a._id < b._id ? 1 : a._id > b._id ? -1 : 0);

/**
 * A user's list in which the unread messages of a conversation are one entry. It is a view: stored is one notification for each
 * event, so nothing is ever merged, and what an entry counts is what the badge counts.
 */
@Injectable()
export class CollapsedList {
  constructor(
    private readonly notifications: NotificationRepository,
    private readonly collapse: CollapseRepository,
    private readonly config: NotificationConfig,
  ) {}

  async page(userId: number, query: ListQuery): Promise<Listed[]> {
    const { unreadOnly, type, limit, after } = query;
    const most = this.config.MAX_COLLAPSED;
    const entries = await this.collapse.entriesOf(userId, most, type);
    const isCut = entries.reduce((sum, { count }) => sum + count, 0) >= most;
    const [read, older] = await Promise.all([
      unreadOnly ? [] : this.notifications.listOf(userId, { ...query, isRead: true }),
      isCut ? this.behind(userId, query, entries) : [],
    ]);
    const collapsed = entries.filter((entry) => !after || byPosition(after, entry) < 0).slice(0, limit);
    const here = [...collapsed, ...read, ...older].sort(byPosition).slice(0, limit);
    return this.filled(here);
  }

  /** Beyond what is looked at together, each stands for itself. */
  private behind(userId: number, query: ListQuery, entries: CollapsedEntry[]): Promise<Notification[]> {
    const [end] = entries.map(({ last }) => last).sort((a, b) => byPosition(b, a));
    const after = [end, query.after].filter((one) => one !== undefined).sort((a, b) => byPosition(b, a))[0];
    return this.notifications.listOf(userId, { ...query, after, isRead: false });
  }

  private async filled(here: (Notification | CollapsedEntry)[]): Promise<Listed[]> {
    const isEntry = (one: Notification | CollapsedEntry): one is CollapsedEntry => 'count' in one;
    const found = await this.collapse.listByIds(here.filter(isEntry).map(({ _id }) => _id));
    return here.flatMap((one): Listed[] => {
      if (!isEntry(one)) return [one];
      const newest = found.get(one._id);
      if (!newest || newest.hidden) return [];
      return one.count === 1
        ? [newest]
        : [{ ...newest, ...(one.mentioned && { mentioned: true as const }), count: one.count }];
    });
  }
}
