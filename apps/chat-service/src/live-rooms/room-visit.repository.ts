import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { MAX_TIME } from '../store';

/** A user, in a conversation that they have open or had open a moment ago. */
export interface Place {
  room: string;
  userId: number;
}

export interface Visit extends Place {
  /** The instances that have a socket of the user in the room. */
  on: readonly string[];
  changedAt: number;
}

interface StoredVisit {
  /** `<conversation>:<user>` */
  _id: string;
  c: string;
  u: number;
  on: string[];
  /** By the store's clock. */
  changed_at: Date;
}

const DUPLICATE_KEY = 11_000;
/** Nothing of value is lost with a visit: no write waits for a journal. */
const FAST = { writeConcern: { w: 1 } } as const;
const TOUCHED = { $currentDate: { changed_at: true } } as const;

const idOf = ({ room, userId }: Place) => `${room}:${userId}`;

/** Who has which conversation open, and where; like presence, by first and last socket of each instance. */
@Injectable()
export class RoomVisitRepository implements OnModuleInit {
  private readonly visits: mongo.Collection<StoredVisit>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    this.visits = db.collection('room_visits', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    // "Who is here", "what was on the instance that has died" and "who is nowhere since", "what has changed since", "where is this user".
    await this.visits.createIndexes([
      { key: { c: 1 } },
      { key: { on: 1, changed_at: 1 } },
      { key: { changed_at: 1 } },
      { key: { u: 1 } },
    ]);
  }

  /** At most one move per place. */
  async record(instance: string, moves: (Place & { here: boolean })[]): Promise<void> {
    const operations = moves.map(({ here, ...place }) => ({
      updateOne: {
        filter: { _id: idOf(place) },
        update: {
          ...(here ? { $addToSet: { on: instance } } : { $pull: { on: instance } }),
          ...(here && { $setOnInsert: { c: place.room, u: place.userId } }),
          ...TOUCHED,
        },
        upsert: here,
      },
    }));
    const write = () => this.visits.bulkWrite(operations, { ordered: false, ...FAST });
    // Another instance has made one of the documents at this very moment; now they are all there.
    await write().catch((error: unknown) => {
      if (!(error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY)) throw error;
      return write();
    });
  }

  async listIn(room: string): Promise<Visit[]> {
    return (await this.visits.find({ c: room }, MAX_TIME).toArray()).map(toVisit);
  }

  async listAt(places: Place[]): Promise<Visit[]> {
    return (await this.visits.find({ _id: { $in: places.map(idOf) } }, MAX_TIME).toArray()).map(toVisit);
  }

  async listOf(userId: number): Promise<Visit[]> {
    return (await this.visits.find({ u: userId }, MAX_TIME).toArray()).map(toVisit);
  }

  /** In the order of the changes. */
  async listChangedAfter(time: number, limit: number): Promise<Visit[]> {
    const later = this.visits.find({ changed_at: { $gt: new Date(time) } }, MAX_TIME);
    return (await later.sort({ changed_at: 1 }).limit(limit).toArray()).map(toVisit);
  }

  async findLastChange(): Promise<number> {
    const [last] = await this.visits.find({}, MAX_TIME).sort({ changed_at: -1 }).limit(1).toArray();
    return last?.changed_at.getTime() ?? 0;
  }

  /** Nobody is on this instance any more; several may do it at once. */
  async bury(instance: string): Promise<void> {
    await this.visits.updateMany({ on: instance }, { $pull: { on: instance }, ...TOUCHED }, FAST);
  }

  /** Of those who were nowhere any more at that time. */
  async sweep(before: number): Promise<void> {
    await this.visits.deleteMany({ on: [], changed_at: { $lt: new Date(before) } }, FAST);
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.visits.deleteMany({ u: userId });
  }
}

const toVisit = ({ c, u, on, changed_at }: StoredVisit): Visit => ({
  room: c,
  userId: u,
  on,
  changedAt: changed_at.getTime(),
});
