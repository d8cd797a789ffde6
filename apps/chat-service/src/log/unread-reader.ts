import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames } from './message-indexes';
import { MessageLog } from './message-log';
import { MAX_TIME } from '../store';

/** A place in a conversation: a message, and how many messages of people there are up to it. */
export interface Milestone {
  seq: number;
  told: number;
}

/** The messages after one `seq` and up to another. */
export interface Span {
  conversationId: string;
  after: number;
  upTo: number;
}

export type OwnSpan = Span & { userId: number };

export interface DeletedMessage {
  conversationId: string;
  seq: number;
  senderId: number;
}

/** Conversations in one query. */
const BATCH = 50;
/** System messages do not count as unread. */
const OF_PEOPLE = { type: { $ne: 'system' } };
/** Says the same as `$exists`, but is answered from the index alone. */
const DELETED = { deleted_at: { $gt: new Date(0) } };

/** The numbers that unread counts are made of. None of them costs more in a longer history; all but the ends come from an index alone. */
@Injectable()
export class UnreadReader {
  constructor(private readonly log: MessageLog) {}

  /** The newest message of each conversation that has one. */
  async heads(conversationIds: readonly string[]): Promise<Map<string, Milestone>> {
    const found = await inBatches(conversationIds, (ids) =>
      this.log.messages
        .aggregate<{ conversation_id: mongo.ObjectId; head: Milestone[] }>(
          [
            // Each conversation once: the sequence has no hole, so whatever has messages has a first one.
            { $match: { conversation_id: { $in: ids.map(toId) }, seq: 1 } },
            { $project: { _id: 0, conversation_id: 1 } },
            {
              $lookup: {
                from: this.log.messages.collectionName,
                let: { id: '$conversation_id' },
                pipeline: [
                  { $match: { $expr: { $eq: ['$conversation_id', '$$id'] } } },
                  { $sort: { seq: -1 } },
                  { $limit: 1 },
                  { $project: { _id: 0, seq: 1, told: 1 } },
                ],
                as: 'head',
              },
            },
          ],
          { ...MAX_TIME, hint: indexNames.sequence },
        )
        .toArray(),
    );
    return new Map(
      found.flatMap(({ conversation_id, head: [head] }) =>
        head ? [[conversation_id.toHexString(), head]] : [],
      ),
    );
  }

  /** By conversation and seq: how many messages of people there are up to these places. */
  async toldAt(places: readonly { conversationId: string; seq: number }[]): Promise<Map<string, number>> {
    const found = await inBatches(places, (some) =>
      this.log.list(
        { $or: some.map(({ conversationId, seq }) => ({ conversation_id: toId(conversationId), seq })) },
        { ...MAX_TIME, projection: { _id: 0, conversation_id: 1, seq: 1, told: 1 } },
      ),
    );
    return new Map(
      found.map(({ conversation_id, seq, told }) => [placeKey(conversation_id.toHexString(), seq), told]),
    );
  }

  /** How many messages each user has sent in their span; in the order of the spans, of which no two are of one user in one conversation. */
  async countOwn(spans: readonly OwnSpan[]): Promise<number[]> {
    const found = await inBatches(sendersBySpan(spans), (some) =>
      this.log.messages
        .aggregate<{ _id: { conversation_id: mongo.ObjectId; sender_id: number }; count: number }>(
          [
            {
              $match: {
                $or: some.map(({ userIds, ...span }) => ({
                  ...within(span),
                  sender_id: { $in: userIds },
                  ...OF_PEOPLE,
                })),
              },
            },
            {
              $group: {
                _id: { conversation_id: '$conversation_id', sender_id: '$sender_id' },
                count: { $sum: 1 },
              },
            },
          ],
          MAX_TIME,
        )
        .toArray(),
    );
    const counts = new Map(
      found.map(({ _id, count }) => [placeKey(_id.conversation_id.toHexString(), _id.sender_id), count]),
    );
    return spans.map(({ conversationId, userId }) => counts.get(placeKey(conversationId, userId)) ?? 0);
  }

  /** At most about `limit`; spans of different conversations. */
  async listDeleted(spans: readonly Span[], limit: number): Promise<DeletedMessage[]> {
    const found = await inBatches(spans, (some) =>
      this.log.list(
        { $or: some.map((span) => ({ ...within(span), ...DELETED })) },
        {
          ...MAX_TIME,
          projection: { _id: 0, conversation_id: 1, seq: 1, sender_id: 1 },
          limit,
        },
      ),
    );
    return found.map(({ conversation_id, seq, sender_id }) => ({
      conversationId: conversation_id.toHexString(),
      seq,
      senderId: sender_id,
    }));
  }

  /** Of those of the messages that are there and by people. */
  async sendersOf(ids: readonly mongo.ObjectId[]): Promise<Map<string, number>> {
    const found = await inBatches(ids, (some) =>
      this.log.list(
        { _id: { $in: some }, deleted_at: { $exists: false }, ...OF_PEOPLE },
        { ...MAX_TIME, projection: { sender_id: 1 } },
      ),
    );
    return new Map(found.map(({ _id, sender_id }) => [_id.toHexString(), sender_id]));
  }

  /** Those of others than the user. */
  countDeleted({ userId, ...span }: OwnSpan): Promise<number> {
    const ofOthers = { ...within(span), ...DELETED, sender_id: { $ne: userId } };
    return this.log.messages.countDocuments(ofOthers, { ...MAX_TIME, hint: indexNames.deleted });
  }
}

/** Members of one conversation are mostly counted from the same place on: one branch of the query for all of them. */
function sendersBySpan(spans: readonly OwnSpan[]): (Span & { userIds: number[] })[] {
  const groups = new Map<string, Span & { userIds: number[] }>();
  for (const { userId, ...span } of spans) {
    const key = `${span.conversationId}:${span.after}:${span.upTo}`;
    const group = groups.get(key);
    if (group) group.userIds.push(userId);
    else groups.set(key, { ...span, userIds: [userId] });
  }
  return [...groups.values()];
}

export const placeKey = (conversationId: string, number: number) => `${conversationId}:${number}`;

const toId = (id: string) => new mongo.ObjectId(id);

const within = ({ conversationId, after, upTo }: Span) => ({
  conversation_id: toId(conversationId),
  seq: { $gt: after, $lte: upTo },
});

async function inBatches<T, R>(all: readonly T[], read: (some: T[]) => Promise<R[]>): Promise<R[]> {
  const found: R[] = [];
  for (let from = 0; from < all.length; from += BATCH)
    found.push(...(await read(all.slice(from, from + BATCH))));
  return found;
}
