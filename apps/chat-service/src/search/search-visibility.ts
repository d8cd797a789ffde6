import { Injectable } from '@nestjs/common';
import type { Caller } from '@app/realtime';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { ConversationStates } from '../conversations/state/conversation-states';
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
  ) {}

  async visibleTo(caller: Caller, messages: StoredMessage[]): Promise<StoredMessage[]> {
    const there = messages.filter((message) => isThere(message, new Date()));
    const conversations = new Map<string, number>();
    for (const { conversation_id, control_ev } of there) {
      const id = conversation_id.toHexString();
      conversations.set(id, Math.max(control_ev, conversations.get(id) ?? 0));
    }
    const open = new Set<string>();
    await Promise.all(
      [...conversations].map(async ([id, control]) => {
        if (await this.maySee(caller, id, control)) open.add(id);
      }),
    );
    return there.filter(({ conversation_id }) => open.has(conversation_id.toHexString()));
  }

  /** As of the change `control` at least: what was found may tell of one that this instance has not heard of. */
  private async maySee(caller: Caller, conversationId: string, control: number): Promise<boolean> {
    const known = await this.states.find(conversationId);
    const state = known && known.ev < control ? await this.states.atLeast(conversationId, control) : known;
    return state !== undefined && !state.isDeleted && (await this.policy.may(caller, state, 'see'));
  }
}

function isThere({ deleted_at, type, expires_at }: StoredMessage, now: Date): boolean {
  return deleted_at === undefined && type !== 'system' && !(expires_at && expires_at <= now);
}
