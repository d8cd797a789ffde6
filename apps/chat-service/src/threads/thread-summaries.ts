import { Injectable } from '@nestjs/common';
import type { ThreadSummaryDto } from '@app/contracts';
import type { ShownMessage, StoredMessage } from '../log/stored-message';
import { ThreadRepository } from './thread.repository';

/** Replies that are counted; who is told of so many knows that there may be more. */
const COUNTED = 100;

/** What a page of messages shows of the threads that begin in it: read each time, never counted up and down. */
@Injectable()
export class ThreadSummaries {
  constructor(private readonly threads: ThreadRepository) {}

  /** Before the first reply to the message is stored: a page that shows it asks for its thread from then on. */
  async begin({ _id, has_replies }: StoredMessage): Promise<void> {
    if (!has_replies) await this.threads.markRoot(_id);
  }

  /** By the id of the root. */
  async of(
    conversationId: string,
    messages: readonly ShownMessage[],
  ): Promise<Map<string, ThreadSummaryDto>> {
    const roots = messages.flatMap(({ _id, has_replies }) => (has_replies ? [_id] : []));
    const summaries = await Promise.all(
      roots.map(async (root) => {
        const times = await this.threads.listReplyTimes(conversationId, root, COUNTED);
        const [last] = times;
        return (
          last && ([root.toHexString(), { count: times.length, last_reply_at: last.toISOString() }] as const)
        );
      }),
    );
    return new Map(summaries.filter((summary) => summary !== undefined));
  }
}
