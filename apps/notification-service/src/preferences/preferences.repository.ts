import { Inject, Injectable } from '@nestjs/common';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import type { Preferences, StoredPreferences } from './preferences';

const WRITE = { writeConcern: { w: 'majority', j: true } } as const;
const MAX_TIME = { maxTimeMS: 2_000 } as const;

@Injectable()
export class PreferencesRepository {
  private readonly preferences: mongo.Collection<StoredPreferences>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.preferences = connection.collection(
      'notification_preferences',
    ) as unknown as mongo.Collection<StoredPreferences>;
  }

  /** Null for those who have chosen nothing. */
  async listOf(userIds: number[]): Promise<Map<number, Preferences | null>> {
    const all = new Map<number, Preferences | null>(userIds.map((id) => [id, null]));
    const found = this.preferences.find({ _id: { $in: userIds } }, MAX_TIME);
    for (const { _id, digest: _digest, ...chosen } of await found.toArray()) all.set(_id, chosen);
    return all;
  }

  /** Null: they have chosen nothing. */
  find(userId: number): Promise<StoredPreferences | null> {
    return this.preferences.findOne({ _id: userId }, MAX_TIME);
  }

  async set(userId: number, chosen: Preferences): Promise<void> {
    // Of one who had no digest yet, the first is due at once; whoever switches it off and on again gets none earlier.
    const change = { $set: chosen, $max: { 'digest.at': new Date(0) } };
    const write = () => this.preferences.updateOne({ _id: userId }, change, { ...WRITE, upsert: true });
    // The first of two that are set at once makes the document, the other finds it.
    await write().catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 11_000) throw error;
      return write();
    });
  }

  async endDigests(userId: number, at: Date): Promise<void> {
    const change = { $set: { email_digest: false, updated_at: at } };
    await this.preferences.updateOne({ _id: userId, email_digest: true }, change, WRITE);
  }

  async remove(userId: number): Promise<void> {
    await this.preferences.deleteOne({ _id: userId }, WRITE);
  }
}
