import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames } from '../log/message-indexes';
import { MessageLog } from '../log/message-log';
import { SHOWN, type ShownMessage, type StoredMessage } from '../log/stored-message';
import { MAX_TIME } from '../store';

/** What the index needs of a message; of `evs` the first one. */
export type MessageText = Pick<
  StoredMessage,
  | '_id'
  | 'conversation_id'
  | 'seq'
  | 'ev'
  | 'evs'
  | 'sender_id'
  | 'type'
  | 'content'
  | 'created_at'
  | 'deleted_at'
  | 'system'
>;

const TEXT = {
  conversation_id: 1,
  seq: 1,
  ev: 1,
  evs: { $slice: 1 },
  sender_id: 1,
  type: 1,
  content: 1,
  created_at: 1,
  deleted_at: 1,
  system: 1,
} as const;

/** What the search reads of the log. */
@Injectable()
export class MessageTexts {
  constructor(private readonly log: MessageLog) {}

  /** In no order. */
  listByIds(ids: mongo.ObjectId[]): Promise<ShownMessage[]> {
    return this.log.list<ShownMessage>({ _id: { $in: ids } }, { ...MAX_TIME, projection: SHOWN });
  }

  /** What changed after `ev`, in order of change. */
  listAfter(conversationId: string, ev: number, limit: number): Promise<MessageText[]> {
    return this.log.list<MessageText>(
      { ...of(conversationId), ev: { $gt: ev } },
      { ...MAX_TIME, hint: indexNames.changes, projection: TEXT, sort: { ev: 1 }, limit },
    );
  }

  /** In the order of seq. */
  listIdsAfter(
    conversationId: string,
    seq: number,
    limit: number,
  ): Promise<Pick<StoredMessage, '_id' | 'seq'>[]> {
    return this.log.list(
      { ...of(conversationId), seq: { $gt: seq } },
      { ...MAX_TIME, projection: { seq: 1 }, sort: { seq: 1 }, limit },
    );
  }

  /** Of the conversations that have messages, in falling order of their ids: the next one, and its last change. */
  async findHeadBefore(conversationId?: string): Promise<{ conversationId: string; ev: number } | null> {
    const below =
      conversationId === undefined ? {} : { conversation_id: { $lt: new mongo.ObjectId(conversationId) } };
    const last = await this.log.messages.findOne(below, {
      ...MAX_TIME,
      sort: { conversation_id: -1, ev: -1 },
      projection: { _id: 0, conversation_id: 1, ev: 1 },
      hint: indexNames.changes,
    });
    return last && { conversationId: last.conversation_id.toHexString(), ev: last.ev };
  }
}

const of = (conversationId: string) => ({ conversation_id: new mongo.ObjectId(conversationId) });
