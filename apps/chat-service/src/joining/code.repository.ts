import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { batchReader, type BatchRead, DATABASE } from '@app/mongodb';
import { DURABLE, isDuplicateKey, MAX_TIME } from '../store';
import { newJoinCode } from './join-code';

interface StoredCode {
  /** The conversation. */
  _id: mongo.ObjectId;
  code: string;
  /** Number of the change of the conversation since which it counts; 0: since its beginning. */
  ev: number;
}

export interface JoinCode {
  conversationId: string;
  code: string;
  ev: number;
}

/** Hardly one code of a billion is taken; a second collision in a row is no chance. */
const ATTEMPTS = 5;

/** The codes of groups and channels; never two conversations with the same. */
@Injectable()
export class CodeRepository implements OnModuleInit {
  private readonly codes: mongo.Collection<StoredCode>;
  private readonly list: BatchRead<StoredCode>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    // Whatever the URI says about secondaries: an old code must not let anybody in.
    this.codes = db.collection('join_codes', { readPreference: 'primary' });
    this.list = batchReader(db, this.codes);
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.codes.createIndex({ code: 1 }, { unique: true });
  }

  async findByCode(code: string): Promise<JoinCode | undefined> {
    const found = await this.codes.findOne({ code }, MAX_TIME);
    return found ? toJoinCode(found) : undefined;
  }

  /** Conversation → code, of those that have one. */
  async listOf(conversationIds: readonly string[]): Promise<Map<string, JoinCode>> {
    const ids = conversationIds.map((id) => new mongo.ObjectId(id));
    const found = await this.list({ _id: { $in: ids } }, MAX_TIME);
    return new Map(found.map(toJoinCode).map((each) => [each.conversationId, each]));
  }

  /** The code that counts since the change `ev` or a later one: a new one, unless there is such a one already. */
  async renew(conversationId: string, ev: number, newCode: () => string = newJoinCode): Promise<JoinCode> {
    const _id = new mongo.ObjectId(conversationId);
    for (let attempt = 1; ; attempt++) {
      try {
        // One that is as new is not matched: then the upsert collides with it by its id.
        const older = { _id, ev: { $lt: ev } };
        await this.codes.updateOne(older, { $set: { code: newCode(), ev } }, { ...DURABLE, upsert: true });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const stored = await this.codes.findOne({ _id }, MAX_TIME);
      if (stored && stored.ev >= ev) return toJoinCode(stored);
      if (attempt === ATTEMPTS) throw new Error('no join code is free');
    }
  }
}

const toJoinCode = ({ _id, code, ev }: StoredCode): JoinCode => ({
  conversationId: _id.toHexString(),
  code,
  ev,
});
