import { Injectable } from '@nestjs/common';
import { typingNotice, type TypingDto } from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ConversationStates } from '../conversations/state/conversation-states';
import { PeopleService } from '../people/people.service';

@Injectable()
export class TypingService {
  constructor(
    private readonly states: ConversationStates,
    private readonly people: PeopleService,
    private readonly broadcaster: Broadcaster,
  ) {}

  /** To the other members, on all their devices; never back to any device of the typist. */
  async announce(caller: Caller, { conversationId, isTyping }: TypingDto): Promise<void> {
    const conversation = await this.states.getFor(caller.userId, conversationId);
    const others = conversation.participants.filter((id) => id !== caller.userId).map(rooms.user);
    if (others.length === 0) return;
    if (conversation.type === 'private' && (await this.people.areApart(conversation.participants))) return;
    // Not as a volatile packet: Socket.IO drops those when anything else was written to the socket in the same turn.
    this.broadcaster
      .to(...others)
      .emit(typingNotice, { conversationId: conversation.id, userId: caller.userId, isTyping });
  }
}
