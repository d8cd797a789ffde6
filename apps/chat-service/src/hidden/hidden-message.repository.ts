import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { batchReader, type BatchRead, DATABASE } from '@app/mongodb';
import { DURABLE, MAX_TIME } from '../store';

/** A message that one user does not want to see any more. */
export interface HiddenMessage {
  user_id: number;
  message_id: mongo.ObjectId;
  conversation_id: mongo.ObjectId;
  seq: number;
  at: Date;
}

interface Span {
  userId: number;
  conversationId: string;
  after: number;
}

@Injectable()
export class HiddenMessageRepository implements OnModuleInit {
  private readonly hidden: mongo.Collection<HiddenMessage>;
  private readonly list: BatchRead<HiddenMessage>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.hidden = connection.collection('hidden_messages') as unknown as mongo.Collection<HiddenMessage>;
    this.list = batchReader(connection.getClient().db(connection.name), this.hidden);
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.hidden.createIndexes([
      // Each message once per user: find({ user_id, message_id }); all of a user's in this order.
      { key: { user_id: 1, message_id: 1 }, unique: true },
      // What is hidden of a page: find({ user_id, conversation_id, seq: { $gte, $lte } }).
      { key: { user_id: 1, conversation_id: 1, seq: 1 } },
    ]);
  }

  /** Whether it was not hidden before. */
  async add({ user_id, message_id, ...rest }: HiddenMessage): Promise<boolean> {
    const { upsertedCount } = await this.hidden.updateOne(
      { user_id, message_id },
      { $setOnInsert: rest },
      { ...DURABLE, upsert: true },
    );
    return upsertedCount > 0;
  }

  async has(userId: number, messageId: string): Promise<boolean> {
    const found = await this.hidden.findOne(
      { user_id: userId, message_id: new mongo.ObjectId(messageId) },
      { ...MAX_TIME, projection: { _id: 1 } },
    );
    return found !== null;
  }

  async listAmong(userId: number, ids: mongo.ObjectId[]): Promise<mongo.ObjectId[]> {
    const found = await this.list(
      { user_id: userId, message_id: { $in: ids } },
      { ...MAX_TIME, projection: { _id: 0, message_id: 1 } },
    );
    return found.map(({ message_id }) => message_id);
  }

  /** The numbers (`seq`) of hidden messages in a part of a conversation, both ends included. */
  async listSeqs(userId: number, conversationId: string, fromSeq: number, toSeq: number): Promise<number[]> {
    const range = { $gte: fromSeq, $lte: toSeq };
    const found = await this.list(
      { user_id: userId, conversation_id: new mongo.ObjectId(conversationId), seq: range },
      { ...MAX_TIME, projection: { _id: 0, seq: 1 } },
    );
    return found.map(({ seq }) => seq);
  }

  /** In stretches of conversations; those of some more, beside them, may be among them. */
  listIn(spans: readonly Span[]): Promise<HiddenMessage[]> {
    const users = [...new Set(spans.map(({ userId }) => userId))];
    const places = [...new Set(spans.map(({ conversationId }) => conversationId))];
    return this.list(
      {
        user_id: { $in: users },
        conversation_id: { $in: places.map((id) => new mongo.ObjectId(id)) },
        seq: { $gt: Math.min(...spans.map(({ after }) => after)) },
      },
      MAX_TIME,
    );
  }

  /** Of one user, in the order of the messages' ids, those behind one of them. */
  listOwn(userId: number, after: string | undefined, limit: number): Promise<HiddenMessage[]> {
    const behind = after !== undefined && { message_id: { $gt: new mongo.ObjectId(after) } };
    return this.list({ user_id: userId, ...behind }, { ...MAX_TIME, sort: { message_id: 1 }, limit });
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.hidden.deleteMany({ user_id: userId }, DURABLE);
  }
}
