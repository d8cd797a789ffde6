import { Injectable } from '@nestjs/common';
import { messageCreatedEvent, type MessageCreatedDto, type MessageType } from '@app/contracts';
import type { OutgoingEvent } from '@app/messaging';
import { DepartedUsers } from '../departures/departed-users';
import { MessageOutbox, type Telling } from './message-outbox';
import { previewOf } from './preview';

const RECIPIENTS_PER_EVENT = 500;

/** What the bus is told of a new message: one event for all of its recipients, a few for a large group. */
@Injectable()
export class MessageCreatedTeller {
  constructor(
    outbox: MessageOutbox,
    private readonly departed: DepartedUsers,
  ) {
    outbox.describe(messageCreatedEvent.name, (telling) => this.eventsOf(telling));
  }

  private eventsOf({ message, entry, state, senderName }: Telling): OutgoingEvent<MessageCreatedDto>[] {
    const recipients = this.departed.livingIn(state).filter((id) => id !== message.sender_id);
    const parts = Math.ceil(recipients.length / RECIPIENTS_PER_EVENT);
    return Array.from({ length: parts }, (_, part) => ({
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
        recipientIds: recipients.slice(part * RECIPIENTS_PER_EVENT, (part + 1) * RECIPIENTS_PER_EVENT),
        createdAt: message.created_at.toISOString(),
        ...(message.mentions && { mentions: message.mentions }),
        ...(message.mention_all && { mentionAll: true }),
      },
    }));
  }
}
