import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import type { PresenceStatus } from '@app/contracts';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import type { PresenceState } from './visibility';
import { MAX_TIME } from '../store';

interface StoredPresence {
  /** The user's id. */
  _id: number;
  /** The instances that have a socket of the user. */
  on: string[];
  last_seen: Date;
  /** By the store's clock. */
  changed_at: Date;
  /** Chosen by the user; absent: online. */
  status?: 'away' | 'dnd' | 'invisible';
  hidden_since?: Date;
}

export interface StoredInstance {
  _id: string;
  /** Grows while the instance lives. */
  beat: number;
  at: Date;
}

/** A user's first device has come to an instance, or the last one has gone. */
export interface Move {
  userId: number;
  here: boolean;
  at: number;
}

const DUPLICATE_KEY = 11_000;
/** Nothing of value is lost with a presence: no write waits for a journal. */
const FAST = { writeConcern: { w: 1 } } as const;
const TOUCHED = { $currentDate: { changed_at: true } } as const;

@Injectable()
export class PresenceRepository implements OnModuleInit {
  private readonly presences: mongo.Collection<StoredPresence>;
  private readonly alive: mongo.Collection<StoredInstance>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    this.presences = db.collection('presences', { readPreference: 'primary' });
    this.alive = db.collection('presence_instances', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    // "What has changed since", and "who was on the instance that has died".
    await this.presences.createIndexes([{ key: { changed_at: 1 } }, { key: { on: 1 } }]);
  }

  /** At most one move per user. */
  async record(instance: string, moves: Move[]): Promise<void> {
    const operations = moves.map(({ userId, here, at }) => ({
      updateOne: {
        filter: { _id: userId },
        update: {
          ...(here ? { $addToSet: { on: instance } } : { $pull: { on: instance } }),
          $max: { last_seen: new Date(at) },
          ...TOUCHED,
        },
        upsert: here,
      },
    }));
    const write = () => this.presences.bulkWrite(operations, { ordered: false, ...FAST });
    // Another instance has made one of the documents at this very moment; now they are all there.
    await write().catch((error: unknown) => {
      if (!(error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY)) throw error;
      return write();
    });
  }

  async setStatus(userId: number, status: PresenceStatus, at: Date): Promise<void> {
    // Who is invisible already is so since then, however often they say it.
    const filter = { _id: userId, ...(status === 'invisible' && { status: { $ne: status } }) };
    const update = { ...choiceOf(status, at), $setOnInsert: { on: [], last_seen: at }, ...TOUCHED };
    const write = (upsert: boolean) => this.presences.updateOne(filter, update, { upsert, ...FAST });
    await write(true).catch((error: unknown) => {
      if (!(error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY)) throw error;
      return write(false);
    });
  }

  async listOf(userIds: number[]): Promise<PresenceState[]> {
    return (await this.presences.find({ _id: { $in: userIds } }, MAX_TIME).toArray()).map(toState);
  }

  /** In the order of the changes. */
  async listChangedAfter(time: number, limit: number): Promise<PresenceState[]> {
    const later = this.presences.find({ changed_at: { $gt: new Date(time) } }, MAX_TIME);
    return (await later.sort({ changed_at: 1 }).limit(limit).toArray()).map(toState);
  }

  async findLastChange(): Promise<number> {
    const [last] = await this.presences.find({}, MAX_TIME).sort({ changed_at: -1 }).limit(1).toArray();
    return last?.changed_at.getTime() ?? 0;
  }

  async remove(userId: number): Promise<void> {
    await this.presences.deleteOne({ _id: userId });
  }

  async register(instance: string): Promise<void> {
    await this.alive.updateOne(
      { _id: instance },
      { $inc: { beat: 1 }, $currentDate: { at: true } },
      { upsert: true, ...FAST },
    );
  }

  /** False when the instance is not registered: others have taken it for dead. */
  async beat(instance: string): Promise<boolean> {
    const update = { $inc: { beat: 1 }, $currentDate: { at: true } } as const;
    return (await this.alive.updateOne({ _id: instance }, update, FAST)).matchedCount === 1;
  }

  listInstances(): Promise<StoredInstance[]> {
    return this.alive.find({}, MAX_TIME).toArray();
  }

  /** Nobody is on this instance any more. Who was, and when it was last alive; several may do it at once. */
  async bury({ _id, at }: StoredInstance): Promise<number[]> {
    const left = await this.presences.find({ on: _id }, { projection: { _id: 1 } }).toArray();
    await this.presences.updateMany(
      { on: _id },
      { $pull: { on: _id }, $max: { last_seen: at }, ...TOUCHED },
      FAST,
    );
    await this.alive.deleteOne({ _id });
    return left.map(({ _id: userId }) => userId);
  }
}

const toState = (stored: StoredPresence): PresenceState => ({
  userId: stored._id,
  online: stored.on.length > 0,
  lastSeen: stored.last_seen.getTime(),
  changedAt: stored.changed_at.getTime(),
  ...(stored.status && { status: stored.status }),
  ...(stored.hidden_since && { hiddenSince: stored.hidden_since.getTime() }),
});

function choiceOf(status: PresenceStatus, at: Date): mongo.UpdateFilter<StoredPresence> {
  switch (status) {
    case 'online':
      return { $unset: { status: '', hidden_since: '' } };
    case 'invisible':
      return { $set: { status, hidden_since: at } };
    case 'away':
    case 'dnd':
      return { $set: { status }, $unset: { hidden_since: '' } };
  }
}
