import { Inject, Injectable } from '@nestjs/common';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { NOBODY, type Notification } from './notification';
import { DURABLE } from './notification.schema';

/** Documents per step: none takes long, whatever there is. */
const STEP = 2_000;
const WRITE = { writeConcern: DURABLE } as const;

/** Removes what is somebody's, in steps. Safe to repeat and to begin again. */
@Injectable()
export class NotificationErasureRepository {
  private readonly collection: mongo.Collection<Notification>;
  private readonly waiting = new Set<number>();
  private looking: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.collection = connection.collection('notifications') as unknown as mongo.Collection<Notification>;
  }

  async remove(ids: string[]): Promise<number> {
    const { deletedCount } = await this.collection.deleteMany({ _id: { $in: ids } }, WRITE);
    return deletedCount;
  }

  async removeAllOf(userId: number): Promise<number> {
    for (let removed = 0; ;) {
      const own = this.collection.find({ user_id: userId }, { projection: { _id: 1 } }).limit(STEP);
      const ids = (await own.toArray()).map(({ _id }) => _id);
      if (ids.length === 0) return removed;
      removed += await this.remove(ids);
    }
  }

  async removeActorFrom(ids: string[]): Promise<number> {
    const { modifiedCount } = await this.collection.updateMany(
      { _id: { $in: ids } },
      { $set: NOBODY },
      WRITE,
    );
    return modifiedCount;
  }

  /**
   * Looks at all there are, because an index would cost every insert a third of its speed and accounts are deleted rarely.
   * One look at a time: those who come meanwhile share the next one.
   */
  removeActor(userId: number): Promise<void> {
    this.waiting.add(userId);
    if (!this.next) {
      this.next = this.looking.then(() => this.removeWaiting());
      this.looking = this.next.catch(() => undefined);
    }
    return this.next;
  }

  private async removeWaiting(): Promise<void> {
    const userIds = [...this.waiting];
    this.waiting.clear();
    this.next = undefined;
    for (let last: string | undefined = ''; last !== undefined;) {
      const end = await this.endOfStep(last);
      const step = { $gt: last, ...(end !== undefined && { $lte: end }) };
      await this.collection.updateMany({ _id: step, actor_id: { $in: userIds } }, { $set: NOBODY }, WRITE);
      last = end;
    }
  }

  /** Undefined: less than a step is left. */
  private async endOfStep(start: string): Promise<string | undefined> {
    const ids = this.collection.find({ _id: { $gt: start } }, { projection: { _id: 1 } });
    const [end] = await ids
      .sort({ _id: 1 })
      .skip(STEP - 1)
      .limit(1)
      .toArray();
    return end?._id;
  }
}
