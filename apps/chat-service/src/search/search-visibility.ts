import { Injectable } from '@nestjs/common';
import type { Caller } from '@app/realtime';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { HiddenMessages } from '../hidden/hidden-messages';
import type { StoredMessage } from '../log/stored-message';

/**
 * Who may find what, decided from the messages themselves when they are shown: the index and the list of the caller's
 * conversations may lag behind, this does not. Whatever else hides messages from somebody belongs in here.
 */
@Injectable()
export class SearchVisibility {
  constructor(
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly memberships: MembershipsService,
    private readonly hidden: HiddenMessages,
  ) {}

  async visibleTo(caller: Caller, messages: StoredMessage[]): Promise<StoredMessage[]> {
    const hidden = await this.hidden.hiddenOf(
      caller.userId,
      messages.map(({ _id }) => _id),
    );
    const there = messages.filter(
      (message) => isThere(message, new Date()) && !hidden.has(message._id.toHexString()),
    );
    const conversations = new Map<string, number>();
    for (const { conversation_id, control_ev } of there) {
      const id = conversation_id.toHexString();
      conversations.set(id, Math.max(control_ev, conversations.get(id) ?? 0));
    }
    /** From which message on the caller sees the conversation. */
    const open = new Map<string, number>();
    await Promise.all(
      [...conversations].map(async ([id, control]) => {
        const state = await this.findSeen(caller, id, control);
        if (state) open.set(id, await this.memberships.clearedBy(caller.userId, state));
      }),
    );
    return there.filter(
      ({ conversation_id, seq }) => seq > (open.get(conversation_id.toHexString()) ?? Infinity),
    );
  }

  /** As of the change `control` at least: what was found may tell of one that this instance has not heard of. */
  private async findSeen(
    caller: Caller,
    conversationId: string,
    control: number,
  ): Promise<ConversationState | undefined> {
    const known = await this.states.find(conversationId);
    const state = known && known.ev < control ? await this.states.atLeast(conversationId, control) : known;
    return state && !state.isDeleted && (await this.policy.may(caller, state, 'see')) ? state : undefined;
  }
}

function isThere({ deleted_at, type, expires_at }: StoredMessage, now: Date): boolean {
  return deleted_at === undefined && type !== 'system' && !(expires_at && expires_at <= now);
}
