import { Inject, Injectable } from '@nestjs/common';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '../database.module';
import { NOBODY, type Notification } from './notification';
import { DURABLE } from './notification.schema';

/** Documents per step: none takes long, whatever there is. */
const STEP = 2_000;
const WRITE = { writeConcern: DURABLE } as const;

/** Removes what is somebody's, in steps. Safe to repeat and to begin again. */
@Injectable()
export class NotificationErasureRepository {
  private readonly collection: mongo.Collection<Notification>;

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

  /** Looks at all there are, because an index would cost every insert a third of its speed and accounts are deleted rarely. */
  async removeActor(userId: number): Promise<number> {
    let changed = 0;
    for (let last = ''; ;) {
      const page = await this.collection
        .find({ _id: { $gt: last } }, { projection: { _id: 1, actor_id: 1 } })
        .sort({ _id: 1 })
        .limit(STEP)
        .toArray();
      const ids = page.filter(({ actor_id }) => actor_id === userId).map(({ _id }) => _id);
      if (ids.length > 0) changed += await this.removeActorFrom(ids);
      const end = page.at(-1);
      if (!end) return changed;
      last = end._id;
    }
  }
}
