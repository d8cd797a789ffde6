import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { TooManyChangesError } from '../log/errors';
import { MessageLog } from '../log/message-log';
import { ReactionRepository, type Reacted } from './reaction.repository';
import { orNone, withoutUser } from './reactions';

/** Changes at once, and the pause behind them: live messages come first. */
const BATCH = 200;
const PAUSE_MS = 40;

/** All that a user has reacted to: for the export, and to take it back when the account is deleted. */
@Injectable()
export class OwnReactions {
  constructor(
    private readonly log: MessageLog,
    private readonly reactions: ReactionRepository,
  ) {}

  /** In the order of the messages' ids, those behind one of them. */
  list(userId: number, after: string | undefined, limit: number): Promise<Reacted[]> {
    return this.reactions.listReactedBy(userId, after, limit);
  }

  /** To how many messages. Each is a change like any other. What is done stays done if this does not come to its end. */
  async removeAllOf(userId: number): Promise<number> {
    let changed = 0;
    for (let last: Reacted | undefined; ;) {
      const page = await this.list(userId, last?._id.toHexString(), BATCH);
      await Promise.all(page.map((message) => this.remove(message, userId)));
      changed += page.length;
      last = page.at(-1);
      if (!last || page.length < BATCH) return changed;
      await delay(PAUSE_MS);
    }
  }

  private async remove({ _id, conversation_id }: Reacted, userId: number): Promise<void> {
    try {
      await this.log.change(_id.toHexString(), conversation_id.toHexString(), ({ reactions = [] }) => {
        const left = withoutUser(reactions, userId);
        return left && { reactions: orNone(left) };
      });
    } catch (error) {
      if (!(error instanceof TooManyChangesError)) throw error;
      // It can take no further number. The law does not wait for that: clients see it when they read it again.
      await this.reactions.pull(_id, userId);
    }
  }
}
