import { Inject, Injectable } from '@nestjs/common';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import type { Preferences } from './preferences';

type StoredPreferences = Preferences & { _id: number };

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
    for (const { _id, ...chosen } of await found.toArray()) all.set(_id, chosen);
    return all;
  }

  async set(userId: number, chosen: Preferences): Promise<void> {
    const write = () => this.preferences.replaceOne({ _id: userId }, chosen, { ...WRITE, upsert: true });
    // The first of two that are set at once makes the document, the other finds it.
    await write().catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 11_000) throw error;
      return write();
    });
  }

  async remove(userId: number): Promise<void> {
    await this.preferences.deleteOne({ _id: userId }, WRITE);
  }
}
