import { Injectable } from '@nestjs/common';
import type { ListThreadDto, MessageDto, Page } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { MessageAccess } from '../messages/message-access';
import { MessagePages } from '../messages/message-pages';
import { ThreadRepository } from './thread.repository';

const DEFAULT_LIMIT = 20;

@Injectable()
export class ThreadsService {
  constructor(
    private readonly threads: ThreadRepository,
    private readonly access: MessageAccess,
    private readonly pages: MessagePages,
  ) {}

  /** The thread that a message is the root of or belongs to. */
  async list(
    caller: Caller,
    { messageId, limit = DEFAULT_LIMIT, cursor }: ListThreadDto,
  ): Promise<Page<MessageDto>> {
    const { message, state } = await this.access.getFor(caller, messageId);
    const root = message.thread_id ?? message._id;
    const found = await this.threads.listReplies(state.id, root, Number(cursor ?? 0), limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: await this.pages.show(caller.userId, state, shown),
      next: last && found.length > limit ? String(last.seq) : null,
    };
  }
}
