import { Injectable } from '@nestjs/common';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import type { ConversationState } from '../conversations/state/conversation-state';
import { DepartedUsers } from '../departures/departed-users';
import type { StoredMessage } from '../log/stored-message';
import { Usernames } from '../users/usernames';
import { mentionsIn } from './mentions-in';

type Mentioned = Pick<StoredMessage, 'mentions' | 'mention_all'>;

/** Whom a text names, among those who are in the conversation at this moment. */
@Injectable()
export class Mentions {
  constructor(
    private readonly usernames: Usernames,
    private readonly policy: ConversationPolicy,
    private readonly departed: DepartedUsers,
    private readonly config: ChatConfig,
  ) {}

  /** The fields to store; undefined when it names nobody. What cannot be found out in time names nobody either. */
  in(caller: Caller, text: string, state: ConversationState): Promise<Mentioned> | undefined {
    return text.includes('@') ? this.resolve(caller, text, state) : undefined;
  }

  private async resolve(caller: Caller, text: string, state: ConversationState): Promise<Mentioned> {
    const { all, names } = mentionsIn(text, this.config.MAX_MENTIONS);
    const ids = names.length > 0 ? await this.usernames.idsOf(names.flat()) : new Map<string, number>();
    const members = new Set(this.departed.livingIn(state));
    const named = names
      .map((readings) => readings.map((name) => ids.get(name)).find((id) => id !== undefined))
      .filter((id) => id !== undefined && members.has(id))
      .filter((id) => id !== undefined);
    const mentions = [...new Set(named)];
    const mentionsAll = all && (await this.policy.may(caller, state, 'mention-all'));
    return { ...(mentions.length > 0 && { mentions }), ...(mentionsAll && { mention_all: true }) };
  }
}
