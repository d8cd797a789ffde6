import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ConversationDirectory } from '../conversations/conversation-directory';
import { LeasedWork } from '../leases/leased-work';
import { MessageReader } from '../log/message-reader';
import { FileRepository } from './file.repository';

const EVERY_MS = 1_000;
const CONVERSATIONS = 20;
const MESSAGES = 1_000;

/**
 * Files of conversations that were deleted: each is looked at, as that of a deleted message is. What a conversation that is
 * gone still has to have done is in its own document, so that it is done whoever dies meanwhile; doing it twice does no harm.
 */
@Injectable()
export class FilesOfDeleted implements OnApplicationBootstrap {
  constructor(
    private readonly conversations: ConversationDirectory,
    private readonly messages: MessageReader,
    private readonly files: FileRepository,
    private readonly chores: LeasedWork,
  ) {}

  onApplicationBootstrap(): void {
    this.chores.begin({
      name: 'files of deleted conversations',
      everyMs: EVERY_MS,
      work: () => this.look(),
    });
  }

  private async look(): Promise<boolean> {
    const ids = await this.conversations.listDeletedWithFiles(CONVERSATIONS);
    for (const id of ids) {
      await this.lookAtAllIn(id);
      await this.conversations.noteFilesLookedAt(id);
    }
    return ids.length === CONVERSATIONS;
  }

  private async lookAtAllIn(conversationId: string): Promise<void> {
    for (let seq = 0; ;) {
      const page = await this.messages.listFilesAfter(conversationId, seq, MESSAGES);
      const files = new Set(page.flatMap((message) => message.files ?? []));
      if (files.size > 0) await this.files.checkAt([...files], new Date());
      const last = page.at(-1);
      if (!last || page.length < MESSAGES) return;
      seq = last.seq;
    }
  }
}
