import { Injectable } from '@nestjs/common';
import { messageCreatedEvent, type MessageCreatedDto, type MessageType } from '@app/contracts';
import type { OutgoingEvent } from '@app/messaging';
import { quietAmong, QuietMembers } from '../conversation-settings/quiet-members';
import type { Mute } from '../conversation-settings/settings';
import { DepartedUsers } from '../departures/departed-users';
import { Readers } from '../live-rooms/readers';
import { MessageOutbox, type Telling } from './message-outbox';
import { previewOf } from './preview';

const RECIPIENTS_PER_EVENT = 500;

/**
 * What the bus is told of a new message: one event for all of its recipients, a few for a large group. With it goes who
 * is reading it right now and who has muted the conversation, so that nobody has to ask for each recipient.
 */
@Injectable()
export class MessageCreatedTeller {
  constructor(
    outbox: MessageOutbox,
    private readonly departed: DepartedUsers,
    private readonly quiet: QuietMembers,
    private readonly readers: Readers,
  ) {
    outbox.describe(messageCreatedEvent.name, (telling) => {
      const mutes = this.quiet.peek(telling.state.id);
      if (mutes) return this.eventsOf(telling, mutes);
      return this.quiet.load(telling.state.id).then((loaded) => this.eventsOf(telling, loaded));
    });
  }

  private eventsOf(telling: Telling, mutes: readonly Mute[]): OutgoingEvent<MessageCreatedDto>[] {
    const { message, entry, state, senderName } = telling;
    const recipients = this.departed.livingIn(state).filter((id) => id !== message.sender_id);
    const parts = Math.ceil(recipients.length / RECIPIENTS_PER_EVENT);
    const among = this.quietIn(telling, mutes);
    return Array.from({ length: parts }, (_, part) => {
      const recipientIds = recipients.slice(part * RECIPIENTS_PER_EVENT, (part + 1) * RECIPIENTS_PER_EVENT);
      return {
        contract: messageCreatedEvent,
        id: parts > 1 ? `${entry.id}#${part}` : entry.id,
        key: state.id,
        at: entry.at,
        traceId: message._id.toHexString(),
        data: {
          messageId: message._id.toHexString(),
          conversationId: state.id,
          conversationName: state.name,
          conversationType: state.type,
          seq: message.seq,
          senderId: message.sender_id,
          senderName,
          preview: previewOf(message),
          messageType: message.type as MessageType,
          recipientIds,
          createdAt: message.created_at.toISOString(),
          ...(message.mentions && { mentions: message.mentions }),
          ...(message.mention_all && { mentionAll: true }),
          ...(message.reply_to_sender !== undefined && { repliedToId: message.reply_to_sender }),
          ...among(recipientIds),
        },
      };
    });
  }

  /** For each part of the recipients: who of them is reading it, and who does not want to hear of it. */
  private quietIn({ message, entry, state }: Telling, mutes: readonly Mute[]) {
    const named = new Set(message.mentions);
    const isNamed = (id: number) =>
      message.mention_all === true || named.has(id) || message.reply_to_sender === id;
    const reading = new Set(this.readers.of(state.id, message.seq, message.sender_id));
    const quiet = quietAmong(mutes, entry.at, isNamed);
    const those = (part: readonly number[], all: ReadonlySet<number>) =>
      all.size === 0 ? [] : part.filter((id) => all.has(id));
    return (part: readonly number[]): Pick<MessageCreatedDto, 'reading' | 'quiet'> => {
      const [readers, muted] = [those(part, reading), those(part, quiet)];
      return {
        ...(readers.length > 0 && { reading: readers }),
        ...(muted.length > 0 && { quiet: muted }),
      };
    };
  }
}
