import { Injectable } from '@nestjs/common';
import { notFound } from '@app/contracts';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { MessageLog } from '../log/message-log';
import { MessageReader } from '../log/message-reader';
import { FileRepository, type StoredFile } from './file.repository';

/** Of more conversations than this, only those are asked that the user is known to be in. */
const FEW = 5;

/**
 * Who sees a file. That follows from the messages that name it, and is asked each time: there is nothing that could be
 * forgotten when a message is deleted or somebody leaves.
 */
@Injectable()
export class FileAccess {
  constructor(
    private readonly files: FileRepository,
    private readonly messages: MessageReader,
    private readonly log: MessageLog,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
  ) {}

  /** NOTFOUND for one that the user may not see, exactly as for one that is not there. */
  async getFor(userId: number, id: string): Promise<StoredFile> {
    const file = await this.files.find(id.toLowerCase());
    if (!file || !(await this.maySee(userId, file))) throw notFound('file');
    return file;
  }

  async maySee(userId: number, { _id, owner_id, purpose }: StoredFile): Promise<boolean> {
    if (purpose === 'avatar') return true;
    const places = await this.messages.listPlacesOf(_id);
    if (places.length === 0) return owner_id === userId;
    const likely = places.length > FEW ? await this.memberships.idsWithin(userId, places) : places;
    for (const place of likely) if (await this.isIn(userId, place)) return true;
    return false;
  }

  /** Whether a conversation that is not deleted shows it. */
  async isShown(id: string): Promise<boolean> {
    for (const place of await this.messages.listPlacesOf(id))
      if (!(await this.stateOf(place))?.isDeleted) return true;
    return false;
  }

  private async isIn(userId: number, conversationId: string): Promise<boolean> {
    const state = await this.stateOf(conversationId);
    return state !== undefined && !state.isDeleted && state.participants.includes(userId);
  }

  /** As of this moment, not as this instance remembers it. */
  private async stateOf(conversationId: string): Promise<ConversationState | undefined> {
    const { control } = await this.log.last(conversationId);
    return this.states.atLeast(conversationId, control);
  }
}
