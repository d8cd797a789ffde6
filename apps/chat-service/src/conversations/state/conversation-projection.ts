import { Injectable } from '@nestjs/common';
import { PROJECTION } from '../../log/message-indexes';
import { OutboxEntries } from '../../log/outbox-entries';
import type { StoredMessage } from '../../log/stored-message';
import { ConversationRepository } from '../conversation.repository';
import { MembershipRepository } from '../memberships/membership.repository';
import { toControlChange } from './control-change';
import type { ConversationState } from './conversation-state';

/** Brings what the log says of conversations to where it is found quickly: documents of conversations and memberships. */
@Injectable()
export class ConversationProjection {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly memberships: MembershipRepository,
    private readonly outbox: OutboxEntries,
  ) {}

  /** `state` is that after the change or a later one. May be repeated, and come in any order. */
  async write(state: ConversationState, message: StoredMessage): Promise<void> {
    await this.move(state.id, message);
    await this.conversations.project(state);
    const done = message.outbox?.filter(({ type }) => type === PROJECTION) ?? [];
    await this.outbox.remove(done.map(({ id }) => id));
  }

  private async move(conversationId: string, message: StoredMessage): Promise<void> {
    const change = toControlChange(message);
    if (!change) return;
    const { system, ev, seq, at } = change;
    const move = { conversationId, ev, seq, at };
    const { action, userIds } = system;
    if (action === 'member-added' || action === 'member-joined') await this.memberships.join(move, userIds);
    if (action === 'member-removed' || action === 'member-left') await this.memberships.leave(move, userIds);
    if (action === 'conversation-deleted') await this.memberships.endAll(move);
  }
}
