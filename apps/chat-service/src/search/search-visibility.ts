import { Injectable } from '@nestjs/common';
import type { Caller } from '@app/realtime';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { MembershipsService } from '../conversations/memberships/memberships.service';
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
    const controls = new Map<string, number>();
    for (const { conversation_id, control_ev } of messages) {
      const id = conversation_id.toHexString();
      controls.set(id, Math.max(control_ev, controls.get(id) ?? 0));
    }
    const ids = messages.map(({ _id }) => _id);
    const [hidden, cleared, open] = await Promise.all([
      this.hidden.hiddenOf(caller.userId, ids),
      this.memberships.listCleared(caller.userId),
      this.openAmong(caller, controls),
    ]);
    return messages.filter((message) => {
      const conversationId = message.conversation_id.toHexString();
      return (
        isThere(message, new Date()) &&
        open.has(conversationId) &&
        message.seq > (cleared.get(conversationId) ?? 0) &&
        !hidden.has(message._id.toHexString())
      );
    });
  }

  private async openAmong(caller: Caller, controls: Map<string, number>): Promise<ReadonlySet<string>> {
    const open = new Set<string>();
    await Promise.all(
      [...controls].map(async ([id, control]) => {
        if (await this.maySee(caller, id, control)) open.add(id);
      }),
    );
    return open;
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
