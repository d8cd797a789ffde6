import { Inject, Injectable } from '@nestjs/common';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { MAX_TIME } from '../store';

interface StoredLease {
  /** The work that one instance at a time does. */
  _id: string;
  holder: string;
  until: Date;
}

/**
 * Lets one instance at a time do some work, so that it is done in order and not by all at once. A courtesy, not a guard:
 * clocks may differ and a holder may be slow, so what is done under a lease must be right when two do it.
 */
@Injectable()
export class LeaseRepository {
  private readonly leases: mongo.Collection<StoredLease>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.leases = connection
      .getClient()
      .db(connection.name)
      .collection('leases', { readPreference: 'primary' });
  }

  /** Takes or keeps the lease; false when another instance has it. */
  async hold(work: string, holder: string, forMs: number): Promise<boolean> {
    const now = Date.now();
    try {
      await this.leases.updateOne(
        { _id: work, $or: [{ holder }, { until: { $lt: new Date(now) } }] },
        { $set: { holder, until: new Date(now + forMs) } },
        { upsert: true, ...MAX_TIME },
      );
      return true;
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === 11_000) return false;
      throw error;
    }
  }

  async release(work: string, holder: string): Promise<void> {
    await this.leases.deleteOne({ _id: work, holder });
  }
}
