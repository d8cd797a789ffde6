import { Injectable } from '@nestjs/common';
import { pairKey } from '../people/pair';
import { ConversationRepository, toState } from './conversation.repository';
import type { ConversationState } from './state/conversation-state';
import { ConversationStates } from './state/conversation-states';

/** A channel, and its place in the list of all. */
export interface ListedChannel {
  key: string;
  state: ConversationState;
}

/** Finds conversations by something else than their ids. */
@Injectable()
export class ConversationDirectory {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly states: ConversationStates,
  ) {}

  /** The private conversation of two users. */
  async findBetween(a: number, b: number): Promise<ConversationState | undefined> {
    const stored = await this.conversations.findByPair(pairKey(a, b));
    return stored ? this.states.find(stored._id.toHexString()) : undefined;
  }

  /** Those that are deleted and whose files nobody has looked at since. May lag behind the log. */
  listDeletedWithFiles(limit: number): Promise<string[]> {
    return this.conversations.listDeletedWithFiles(limit);
  }

  /** Somebody has. */
  noteFilesLookedAt(conversationId: string): Promise<void> {
    return this.conversations.noteFilesLookedAt(conversationId);
  }

  /** Channels whose name has, for each of these, a word that begins with it; by name, behind `after`. May lag behind the log. */
  async listChannels(beginnings: readonly string[], after: string, limit: number): Promise<ListedChannel[]> {
    const stored = await this.conversations.listChannels(beginnings, after, limit);
    return stored.map((each) => ({ key: each.list_key ?? '', state: toState(each) }));
  }
}
