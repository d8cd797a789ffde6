import { Injectable } from '@nestjs/common';
import type { ConversationState } from '../conversations/state/conversation-state';
import { CodeRepository, type JoinCode } from './code.repository';

/**
 * Which code a conversation has. The log says since when (`codeEv`); a stored code that is older than that is none, and is
 * replaced by whoever comes across it, so that nothing is lost with a process that dies between the two.
 */
@Injectable()
export class CodesOfConversations {
  constructor(private readonly codes: CodeRepository) {}

  /** Conversation → code, of those that have codes: groups and channels. */
  async of(conversations: readonly ConversationState[]): Promise<Map<string, string>> {
    const open = conversations.filter(({ type, isDeleted }) => type !== 'private' && !isDeleted);
    if (open.length === 0) return new Map();
    const stored = await this.codes.listOf(open.map(({ id }) => id));
    const current = await Promise.all(open.map((state) => this.current(state, stored.get(state.id))));
    return new Map(current.map(({ conversationId, code }) => [conversationId, code]));
  }

  /** Where the code leads, if it counts still: `ev` has to be as new as the conversation's `codeEv`. */
  find(code: string): Promise<JoinCode | undefined> {
    return this.codes.findByCode(code);
  }

  private current({ id, codeEv }: ConversationState, stored: JoinCode | undefined): Promise<JoinCode> {
    return stored && stored.ev >= codeEv ? Promise.resolve(stored) : this.codes.renew(id, codeEv);
  }
}
