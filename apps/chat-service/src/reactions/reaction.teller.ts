import { Injectable } from '@nestjs/common';
import { messageReactedEvent, type MessageReactedDto } from '@app/contracts';
import type { OutgoingEvent } from '@app/messaging';
import { quietAmong, QuietMembers } from '../conversation-settings/quiet-members';
import { DepartedUsers } from '../departures/departed-users';
import { Readers } from '../live-rooms/readers';
import { MessageOutbox, type Telling } from '../messages/message-outbox';
import { UserDirectory } from '../users/user-directory';

/** What the bus is told of a reaction: to whom it was meant. */
@Injectable()
export class ReactionTeller {
  constructor(
    outbox: MessageOutbox,
    private readonly departed: DepartedUsers,
    private readonly quiet: QuietMembers,
    private readonly readers: Readers,
    private readonly users: UserDirectory,
  ) {
    outbox.describe(messageReactedEvent.name, (telling) => this.eventsOf(telling));
  }

  private async eventsOf({ message, entry, state }: Telling): Promise<OutgoingEvent<MessageReactedDto>[]> {
    const authorId = message.sender_id;
    const actorId = entry.by ?? 0;
    const emoji = message.reactions?.findLast(({ user_ids }) => user_ids.includes(actorId))?.emoji;
    if (emoji === undefined || !this.departed.livingIn(state).includes(authorId)) return [];
    const actorName = await this.users.nameOf(actorId);
    const mutes = this.quiet.peek(state.id) ?? (await this.quiet.load(state.id));
    const isReading = this.readers.of(state.id, message.head_seq + 1, actorId).includes(authorId);
    const isQuiet = quietAmong(mutes, entry.at, () => false).has(authorId);
    const data: MessageReactedDto = {
      messageId: message._id.toHexString(),
      conversationId: state.id,
      conversationName: state.name,
      conversationType: state.type,
      authorId,
      actorId,
      actorName,
      emoji,
      ...((isReading || isQuiet) && { quiet: isReading ? ('reading' as const) : ('muted' as const) }),
      reactedAt: entry.at.toISOString(),
    };
    return [
      {
        contract: messageReactedEvent,
        id: entry.id,
        key: state.id,
        at: entry.at,
        traceId: data.messageId,
        data,
      },
    ];
  }
}
