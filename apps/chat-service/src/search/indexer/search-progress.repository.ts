import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import type { Chunk } from '../newest-first';
import { MAX_TIME } from '../../store';

/** How far a conversation is indexed. */
interface Progress {
  _id: mongo.ObjectId;
  /** All changes up to this one are. */
  ev?: number;
  /** No entry is of a later message: it is moved before they are written. */
  newest_at?: Date;
  /** There are changes behind it, up to this one at least. */
  due_ev?: number;
  /** When an instance last took care of them; absent: there are none. */
  due_at?: Date;
}

/** The rounds through all conversations, which one instance makes at a time. */
interface Patrol {
  _id: 'patrol';
  /** The round has come down to this conversation; absent: to none yet. */
  at?: mongo.ObjectId;
  /** Nobody else goes on with it before this. */
  leased_until: Date;
  finished_at?: Date;
}

const RECENCY = 'search_progress_recency';
const FAST = { writeConcern: { w: 1 } } as const;

@Injectable()
export class SearchProgressRepository implements OnModuleInit {
  private readonly progress: mongo.Collection<Progress>;
  private readonly patrols: mongo.Collection<Patrol>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.progress = connection.collection('search_progress') as unknown as mongo.Collection<Progress>;
    this.patrols = connection.collection('search_patrols') as unknown as mongo.Collection<Patrol>;
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    // Whose changes nobody takes care of: find({ due_at: { $lt } }).sort({ due_at: 1 }). Partial: what is done has no entry.
    await this.progress.createIndex(
      { due_at: 1 },
      { partialFilterExpression: { due_at: { $exists: true } } },
    );
    // Which of many conversations have the newest messages, from the index alone: find({ _id: { $in } })
    await this.progress.createIndex({ _id: 1, newest_at: 1 }, { name: RECENCY });
  }

  /** How far each of them is; those that nobody has begun are missing. */
  async find(conversationIds: string[]): Promise<Map<string, number>> {
    const found = await this.progress.find({ _id: { $in: conversationIds.map(idOf) } }, MAX_TIME).toArray();
    return new Map(found.map(({ _id, ev }) => [_id.toHexString(), ev ?? 0]));
  }

  /** Whoever reads this knows that there is something to do, whatever becomes of us. */
  async markDue(due: Map<string, number>): Promise<void> {
    const update = (ev: number) => ({ $max: { due_ev: ev }, $set: { due_at: new Date() } });
    await this.progress.bulkWrite(
      [...due].map(([id, ev]) => ({
        updateOne: { filter: { _id: idOf(id) }, update: update(ev), upsert: true },
      })),
      { ordered: false, ...FAST },
    );
  }

  /** Before entries of messages of these times are written. */
  async announce(newest: Map<string, Date>): Promise<void> {
    if (newest.size === 0) return;
    await this.progress.bulkWrite(
      [...newest].map(([id, newest_at]) => ({
        updateOne: { filter: { _id: idOf(id) }, update: { $max: { newest_at } }, upsert: true },
      })),
      { ordered: false, ...FAST },
    );
  }

  /** Those that have entries, the newest first, in chunks of this size. */
  async listByRecency(conversationIds: mongo.ObjectId[], size: number): Promise<Chunk[]> {
    const found = await this.progress
      .find({ _id: { $in: conversationIds } }, { ...MAX_TIME, hint: RECENCY, projection: { newest_at: 1 } })
      .toArray();
    const begun = found.flatMap(({ _id, newest_at }) => (newest_at ? [{ _id, newest: newest_at }] : []));
    begun.sort((a, b) => b.newest.getTime() - a.newest.getTime());
    const chunks: Chunk[] = [];
    for (let at = 0; at < begun.length; at += size) {
      const part = begun.slice(at, at + size);
      chunks.push({ conversationIds: part.map(({ _id }) => _id), newest: part[0]?.newest ?? new Date(0) });
    }
    return chunks;
  }

  /** Never backwards. */
  async advance(reached: Map<string, number>): Promise<void> {
    if (reached.size === 0) return;
    await this.progress.bulkWrite(
      [...reached].map(([id, ev]) => ({
        updateOne: { filter: { _id: idOf(id) }, update: { $max: { ev } }, upsert: true },
      })),
      { ordered: false, ...FAST },
    );
  }

  /** Nothing is left to do for them; where another instance has heard of more meanwhile, its mark stays. */
  async release(conversationIds: string[]): Promise<void> {
    if (conversationIds.length === 0) return;
    const finished = { _id: { $in: conversationIds.map(idOf) }, $expr: { $lte: ['$due_ev', '$ev'] } };
    await this.progress.updateMany(finished, { $unset: { due_at: '' } }, FAST);
  }

  /** Ours still: nobody else needs to look after them. */
  async keep(conversationIds: string[]): Promise<void> {
    if (conversationIds.length === 0) return;
    const ours = { _id: { $in: conversationIds.map(idOf) }, due_at: { $exists: true } };
    await this.progress.updateMany(ours, { $set: { due_at: new Date() } }, FAST);
  }

  /** Those that nobody has taken care of since then; the one who asks does from now on. */
  async takeAbandoned(since: Date, limit: number): Promise<Map<string, number>> {
    const abandoned = await this.progress
      .find({ due_at: { $lt: since } }, MAX_TIME)
      .sort({ due_at: 1 })
      .limit(limit)
      .toArray();
    const found = new Map(abandoned.map(({ _id, due_ev }) => [_id.toHexString(), due_ev ?? 0]));
    await this.keep([...found.keys()]);
    return found;
  }

  /** Where to go on; undefined: another instance is at it, or the last round is not long ago. */
  async takePatrol(leaseMs: number, restMs: number): Promise<{ at: string | undefined } | undefined> {
    const now = Date.now();
    const free = {
      _id: 'patrol' as const,
      leased_until: { $lt: new Date(now) },
      finished_at: { $not: { $gt: new Date(now - restMs) } },
    };
    const lease = { $set: { leased_until: new Date(now + leaseMs) }, $unset: { finished_at: '' as const } };
    try {
      const taken = await this.patrols.findOneAndUpdate(free, lease, {
        upsert: true,
        returnDocument: 'after',
      });
      return { at: taken?.at?.toHexString() };
    } catch (error) {
      // It is there, and not free.
      if (error instanceof mongo.MongoServerError && error.code === 11_000) return undefined;
      throw error;
    }
  }

  async movePatrol(at: string): Promise<void> {
    await this.patrols.updateOne(
      { _id: 'patrol' },
      { $set: { at: idOf(at), leased_until: new Date(0) } },
      FAST,
    );
  }

  async finishPatrol(): Promise<void> {
    const finished = {
      $set: { finished_at: new Date(), leased_until: new Date(0) },
      $unset: { at: '' as const },
    };
    await this.patrols.updateOne({ _id: 'patrol' }, finished, FAST);
  }
}

const idOf = (hex: string): mongo.ObjectId => new mongo.ObjectId(hex);
