import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames, PROJECTION } from './message-indexes';
import { MessageLog } from './message-log';
import type { StoredMessage } from './stored-message';
import { MAX_TIME } from '../store';

/** What messages still have to tell: entries that leave their document once that has been done. */
@Injectable()
export class OutboxEntries {
  constructor(private readonly log: MessageLog) {}

  /**
   * Messages with entries older than this and not before `from`, the oldest first; those of one conversation as they were said. In the order of the
   * index rather than sorted: MongoDB reads all there are to sort by an array, and after an outage that is a lot, every time.
   */
  listPending(olderThanMs: number, limit: number, from = new Date(0)): Promise<StoredMessage[]> {
    const at = { $gte: from, $lt: new Date(Date.now() - olderThanMs) };
    return (
      this.log.messages
        // The first condition is for the bounds of the index: MongoDB 4.0 takes none for a partial one from an $elemMatch.
        .find(
          { 'outbox.at': { $gte: from }, outbox: { $elemMatch: { at } } },
          { ...MAX_TIME, hint: indexNames.outbox },
        )
        .limit(limit)
        .toArray()
    );
  }

  /** Messages with an entry of this type, which has an index of its own. */
  listPendingOf(type: typeof PROJECTION, olderThanMs: number, limit: number): Promise<StoredMessage[]> {
    const at = { $lt: new Date(Date.now() - olderThanMs) };
    return this.log.messages
      .find(
        { 'outbox.type': type, outbox: { $elemMatch: { type, at } } },
        { ...MAX_TIME, hint: indexNames.projections },
      )
      .limit(limit)
      .toArray();
  }

  /** Entry ids begin with the id of their message. */
  async remove(entryIds: readonly string[]): Promise<void> {
    if (entryIds.length === 0) return;
    const messageIds = entryIds.map((id) => new mongo.ObjectId(id.slice(0, 24)));
    await this.log.messages.updateMany(
      { _id: { $in: messageIds } },
      { $pull: { outbox: { id: { $in: [...entryIds] } } } },
      { writeConcern: { w: 1 }, ...MAX_TIME },
    );
  }
}
