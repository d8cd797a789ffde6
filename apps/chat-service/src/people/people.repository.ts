import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { DEFAULT_PRIVACY, unavailable, type PrivacyDto } from '@app/contracts';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { pairKey, STRANGERS, type Pair } from './pair';
import { DURABLE, MAX_TIME } from '../store';

/** Something that is so or not so since the change with this number. */
interface Fact {
  on: boolean;
  rev: number;
}

interface StoredPair {
  /** `<smaller id>:<larger id>` */
  _id: string;
  users: number[];
  contact?: Fact;
  /** Id of the one who blocks → whether they do. */
  blocks?: Record<string, Fact>;
}

interface StoredPrivacy extends PrivacyDto {
  /** The user's id. */
  _id: number;
  rev: number;
}

/**
 * What the user service has told of people: its own copy, so that the chat goes on when that is away. A fact is replaced by
 * a newer one only, so events may come late, twice and in any order.
 */
@Injectable()
export class PeopleRepository implements OnModuleInit {
  private readonly pairs: mongo.Collection<StoredPair>;
  private readonly privacy: mongo.Collection<StoredPrivacy>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    // Whatever the URI says about secondaries: a block that is stored must be seen by the next read.
    this.pairs = db.collection('people_pairs', { readPreference: 'primary' });
    this.privacy = db.collection('people_privacy', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    // All that concerns a user, when the account is deleted; everything else asks by key.
    await this.pairs.createIndex({ users: 1 });
  }

  setContact(users: [number, number], on: boolean, rev: number): Promise<boolean> {
    return this.setFact(users, 'contact', { on, rev });
  }

  /** `users[0]` blocks `users[1]`. */
  setBlock(users: [number, number], on: boolean, rev: number): Promise<boolean> {
    return this.setFact(users, `blocks.${users[0]}`, { on, rev });
  }

  setPrivacy(userId: number, settings: PrivacyDto, rev: number): Promise<boolean> {
    const { presence, lastSeen, readReceipts } = settings;
    return replaceOlder(this.privacy, userId, 'rev', rev, { presence, lastSeen, readReceipts, rev });
  }

  async removeAllOf(userId: number): Promise<void> {
    await within(this.pairs.deleteMany({ users: userId }, DURABLE));
    await within(this.privacy.deleteOne({ _id: userId }, DURABLE));
  }

  /** For each key: who has nothing stored is a stranger. */
  async findPairs(keys: string[]): Promise<Map<string, Pair>> {
    const stored = await within(this.pairs.find({ _id: { $in: keys } }, MAX_TIME).toArray());
    const found = new Map(keys.map((key) => [key, STRANGERS]));
    for (const pair of stored) found.set(pair._id, toPair(pair));
    return found;
  }

  /** For each user: who has never chosen has the default. */
  async findPrivacy(userIds: number[]): Promise<Map<number, PrivacyDto>> {
    const stored = await within(this.privacy.find({ _id: { $in: userIds } }, MAX_TIME).toArray());
    const found = new Map<number, PrivacyDto>(userIds.map((id) => [id, DEFAULT_PRIVACY]));
    for (const { _id, presence, lastSeen, readReceipts } of stored)
      found.set(_id, { presence, lastSeen, readReceipts });
    return found;
  }

  private setFact(users: [number, number], field: string, fact: Fact): Promise<boolean> {
    return replaceOlder(this.pairs, pairKey(...users), `${field}.rev`, fact.rev, { users, [field]: fact });
  }
}

/** False when what is stored is as new already. */
async function replaceOlder<D extends { _id: string | number }>(
  collection: mongo.Collection<D>,
  id: D['_id'],
  revField: string,
  rev: number,
  values: object,
): Promise<boolean> {
  const older = { _id: id, [revField]: { $not: { $gte: rev } } } as unknown as mongo.Filter<D>;
  const update = { $set: values } as unknown as mongo.UpdateFilter<D>;
  const write = async (upsert: boolean) => {
    const { upsertedCount, modifiedCount } = await collection.updateOne(older, update, {
      ...DURABLE,
      upsert,
    });
    return upsertedCount + modifiedCount === 1;
  };
  return within(
    write(true).catch((error: unknown) => {
      if (!(error instanceof mongo.MongoServerError && error.code === 11_000)) throw error;
      // There is a document: a newer one, or one that somebody else has made this very moment.
      return write(false);
    }),
  );
}

/** A store that is away is no fault of ours, and no reason to give an event up. */
const within = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw Object.assign(unavailable('the store of people'), { cause: error });
  });

function toPair({ contact, blocks = {} }: StoredPair): Pair {
  const blockers = Object.entries(blocks).flatMap(([id, { on }]) => (on ? [Number(id)] : []));
  return { contacts: contact?.on ?? false, blockers };
}
