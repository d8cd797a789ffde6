import { Injectable } from '@nestjs/common';
import { ChatConfig } from '../config';
import { JoinedPlaces } from '../conversations/memberships/joined-places';
import { verdictOf } from '../conversations/policy/policy';
import { situationIn } from '../conversations/policy/situation';
import type { ConversationState } from '../conversations/state/conversation-state';
import { DepartedUsers } from '../departures/departed-users';
import { PeopleService } from '../people/people.service';
import { LargeConversations } from './large-conversations';
import type { Receipt } from './receipt';
import { ReceiptRepository, type OwnReceipt } from './receipt.repository';
import { Readership } from './readership';

export interface View {
  readership: Readership;
  /** False when the viewer has certainly not hidden any message of the conversation from themself. */
  hides: boolean;
}

/** What a member may see of how far the others have come. */
@Injectable()
export class ReceiptViews {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly large: LargeConversations,
    private readonly people: PeopleService,
    private readonly departed: DepartedUsers,
    private readonly joined: JoinedPlaces,
    private readonly config: ChatConfig,
  ) {}

  async readershipFor(viewerId: number, conversation: ConversationState): Promise<Readership> {
    return (await this.viewFor(viewerId, conversation)).readership;
  }

  async viewFor(viewerId: number, conversation: ConversationState): Promise<View> {
    const { id } = conversation;
    if (!this.isLarge(conversation)) return this.viewOf(viewerId, conversation, this.receipts.listOf(id));
    return this.viewOf(viewerId, conversation, this.large.listOf(id), this.receipts.listOwn(viewerId, [id]));
  }

  /** In the order of the conversations. */
  async viewsFor(viewerId: number, conversations: readonly ConversationState[]): Promise<View[]> {
    const small = conversations.filter((conversation) => !this.isLarge(conversation));
    const large = conversations.filter((conversation) => this.isLarge(conversation));
    const [receipts, own] = await Promise.all([
      this.receipts.listOfAll(idsOf(small)),
      large.length === 0 ? [] : this.receipts.listOwn(viewerId, idsOf(large)),
    ]);
    // Asked for all at once; then it is at hand for each.
    const readers = [...receipts.values()].flatMap((all) => all.map(({ user_id }) => user_id));
    if (readers.length > 0) await this.people.silentReaders([...new Set([viewerId, ...readers])]);
    return Promise.all(
      conversations.map((conversation) => {
        const { id } = conversation;
        return this.isLarge(conversation)
          ? this.viewOf(viewerId, conversation, this.large.listOf(id), own)
          : this.viewOf(viewerId, conversation, receipts.get(id) ?? []);
      }),
    );
  }

  /** A member's watermark has moved. */
  moved(conversationId: string, receipt: Receipt): void {
    this.large.moved(conversationId, receipt);
  }

  private isLarge({ participants }: ConversationState): boolean {
    return participants.length > this.config.MAX_READERS_SHOWN;
  }

  private async viewOf(
    viewerId: number,
    conversation: ConversationState,
    receipts: Receipt[] | Promise<Receipt[]>,
    /** The viewer's own, here and perhaps elsewhere, where the others are remembered: that may be a moment old. */
    own?: OwnReceipt[] | Promise<OwnReceipt[]>,
  ): Promise<View> {
    const [joined, all, places] = await Promise.all([this.joined.of(conversation), receipts, own]);
    const viewers = places
      ? places.filter(({ conversationId }) => conversationId === conversation.id)
      : all.filter(({ user_id }) => user_id === viewerId);
    const visible = await this.visibleTo(viewerId, conversation, all);
    const living = this.departed.livingIn(conversation);
    const members = new Map(living.map((id) => [id, joined.get(id) ?? 0]));
    return {
      readership: new Readership(visible, members, this.config.MAX_READERS_SHOWN),
      hides: viewers.some(({ hides }) => hides),
    };
  }

  /** The viewer's own, and those of members who let others know, unless the viewer does not: who keeps that to themselves is not told of others either. */
  private async visibleTo(
    viewerId: number,
    conversation: ConversationState,
    stored: Receipt[],
  ): Promise<Receipt[]> {
    // Who is asked by a message request reads unseen. A block does not hide what was known before it.
    const receipts = stored.filter(
      ({ user_id }) =>
        user_id === viewerId ||
        conversation.type !== 'private' ||
        verdictOf('tell-reading', situationIn(conversation, user_id, false)) === 'allowed',
    );
    const others = receipts.flatMap(({ user_id }) => (user_id === viewerId ? [] : [user_id]));
    if (others.length === 0) return receipts;
    const silent = await this.people.silentReaders([viewerId, ...others]);
    return receipts.filter(
      ({ user_id }) => user_id === viewerId || !(silent.has(viewerId) || silent.has(user_id)),
    );
  }
}

const idsOf = (conversations: readonly ConversationState[]) => conversations.map(({ id }) => id);
