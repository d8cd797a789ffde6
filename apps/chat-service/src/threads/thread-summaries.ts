import { Injectable } from '@nestjs/common';
import type { ThreadSummaryDto } from '@app/contracts';
import type { StoredMessage } from '../log/stored-message';
import { ThreadRepository } from './thread.repository';

/** Replies that are counted; who is told of so many knows that there may be more. */
const COUNTED = 100;

/** What a page of messages shows of the threads that begin in it: read each time, never counted up and down. */
@Injectable()
export class ThreadSummaries {
  constructor(private readonly threads: ThreadRepository) {}

  /** Whether there is any thread: mostly there is none, and no more needs to be asked. */
  isUsedIn(conversationId: string): Promise<boolean> {
    return this.threads.isUsedIn(conversationId);
  }

  /** By the id of the root. */
  async of(
    conversationId: string,
    messages: readonly StoredMessage[],
  ): Promise<Map<string, ThreadSummaryDto>> {
    // A reply is never a root: it joins the thread of what it answers.
    const ids = messages.filter(({ thread_id }) => !thread_id).map(({ _id }) => _id);
    const roots = ids.length > 0 ? await this.threads.listRoots(conversationId, ids) : [];
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
