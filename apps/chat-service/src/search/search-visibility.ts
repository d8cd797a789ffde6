import { Injectable } from '@nestjs/common';
import type { Caller } from '@app/realtime';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { HiddenMessages } from '../hidden/hidden-messages';
import type { ShownMessage } from '../log/stored-message';

const NONE: ReadonlyMap<string, number> = new Map();

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

  /** `messages`: those with these ids, on their way. */
  async visibleTo(
    caller: Caller,
    ids: ShownMessage['_id'][],
    messages: Promise<ShownMessage[]>,
  ): Promise<ShownMessage[]> {
    const [found, hidden] = await Promise.all([messages, this.hidden.hiddenOf(caller.userId, ids)]);
    const controls = new Map<string, number>();
    for (const { conversation_id, control_ev } of found) {
      const id = conversation_id.toHexString();
      controls.set(id, Math.max(control_ev, controls.get(id) ?? 0));
    }
    const open = await this.openAmong(caller, controls);
    // Nobody can delete another one for themself.
    const mayBeCleared = [...open.values()].some(({ type }) => type === 'private');
    const cleared = mayBeCleared ? await this.memberships.listCleared(caller.userId) : NONE;
    const now = new Date();
    return found.filter((message) => {
      const conversationId = message.conversation_id.toHexString();
      return (
        isThere(message, now) &&
        open.has(conversationId) &&
        message.seq > (cleared.get(conversationId) ?? 0) &&
        !hidden.has(message._id.toHexString())
      );
    });
  }

  private async openAmong(
    caller: Caller,
    controls: Map<string, number>,
  ): Promise<ReadonlyMap<string, ConversationState>> {
    const open = new Map<string, ConversationState>();
    await Promise.all(
      [...controls].map(async ([id, control]) => {
        const state = await this.stateOf(id, control);
        if (state && (await this.policy.may(caller, state, 'see'))) open.set(id, state);
      }),
    );
    return open;
  }

  /** As of the change `control` at least: what was found may tell of one that this instance has not heard of. */
  private async stateOf(conversationId: string, control: number): Promise<ConversationState | undefined> {
    const known = await this.states.find(conversationId);
    const state = known && known.ev < control ? await this.states.atLeast(conversationId, control) : known;
    return state?.isDeleted === false ? state : undefined;
  }
}

function isThere({ deleted_at, type, expires_at }: ShownMessage, now: Date): boolean {
  return deleted_at === undefined && type !== 'system' && !(expires_at && expires_at <= now);
}
