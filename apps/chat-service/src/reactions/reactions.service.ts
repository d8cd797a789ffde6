import { Injectable } from '@nestjs/common';
import { messageReactedEvent, type MessageDto, type ReactDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { MessageAccess } from '../messages/message-access';
import { MessageChanges } from '../messages/message-changes';
import { UserDirectory } from '../users/user-directory';
import { added, orNone, removed, type ReactionLimits } from './reactions';

@Injectable()
export class ReactionsService {
  private readonly limits: ReactionLimits;

  constructor(
    private readonly access: MessageAccess,
    private readonly changes: MessageChanges,
    private readonly users: UserDirectory,
    config: ChatConfig,
  ) {
    this.limits = { emoji: config.MAX_REACTION_EMOJI, total: config.MAX_REACTIONS };
  }

  async react(caller: Caller, { messageId, emoji, clientId }: ReactDto): Promise<MessageDto> {
    const found = await this.access.getLiving(caller, messageId, 'react');
    const announcement = { kind: 'reaction', userId: caller.userId, emoji, added: true } as const;
    this.users.remember(caller.userId, caller.username);
    // Nobody needs to be told of what they do themselves.
    const outbox = found.message.sender_id === caller.userId ? [] : [messageReactedEvent.name];
    return this.changes.apply(found, { caller, clientId, announcement, outbox }, ({ reactions = [] }) => {
      const next = added(reactions, emoji, caller.userId, this.limits);
      return next && { reactions: next };
    });
  }

  async unreact(caller: Caller, { messageId, emoji, clientId }: ReactDto): Promise<MessageDto> {
    const found = await this.access.getLiving(caller, messageId, 'unreact');
    const announcement = { kind: 'reaction', userId: caller.userId, emoji, added: false } as const;
    return this.changes.apply(found, { caller, clientId, announcement }, ({ reactions = [] }) => {
      const next = removed(reactions, emoji, caller.userId);
      return next && { reactions: orNone(next) };
    });
  }
}
