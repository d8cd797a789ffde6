import { Injectable } from '@nestjs/common';
import {
  messageEditedEvent,
  messageRemovedEvent,
  type MessageEditedDto,
  type MessageRemovedDto,
} from '@app/contracts';
import type { OutgoingEvent } from '@app/messaging';
import { MessageOutbox, type Telling } from './message-outbox';
import { previewOf } from './preview';

/** What the bus is told of a message that was edited, or deleted for everybody. */
@Injectable()
export class MessageChangedTeller {
  constructor(outbox: MessageOutbox) {
    outbox.describe(messageEditedEvent.name, (telling) => [editedEvent(telling)]);
    outbox.describe(messageRemovedEvent.name, (telling) => [removedEvent(telling)]);
  }
}

function editedEvent(telling: Telling): OutgoingEvent<MessageEditedDto> {
  const { message, entry } = telling;
  const data = { ...placeOf(telling), preview: previewOf(message), editedAt: entry.at.toISOString() };
  return { contract: messageEditedEvent, ...envelopeOf(telling), data };
}

function removedEvent(telling: Telling): OutgoingEvent<MessageRemovedDto> {
  const data = { ...placeOf(telling), deletedAt: telling.entry.at.toISOString() };
  return { contract: messageRemovedEvent, ...envelopeOf(telling), data };
}

const envelopeOf = ({ message, entry, state }: Telling) => ({
  id: entry.id,
  key: state.id,
  at: entry.at,
  traceId: message._id.toHexString(),
});

const placeOf = ({ message, entry, state }: Telling) => ({
  messageId: message._id.toHexString(),
  conversationId: state.id,
  seq: message.seq,
  ev: entry.ev,
  senderId: message.sender_id,
});
