import {
  groupInviteCreatedEvent,
  requestAcceptedEvent,
  requestCreatedEvent,
  requestDeclinedEvent,
  type GroupInviteCreatedDto,
  type RequestAcceptedDto,
  type RequestCreatedDto,
  type RequestDeclinedDto,
} from '@app/contracts';
import type { OutgoingEvent } from '@app/messaging';
import type { ConversationState } from './state/conversation-state';

const INVITEES_PER_EVENT = 500;

/** What happened, when, and by whom. */
export interface Occasion {
  /** Of the entry in the outbox. */
  id: string;
  at: Date;
  state: ConversationState;
  actorId: number;
  actorName: string;
}

/** Somebody was added by another; in a large group, several parts with ids `<entry>#<part>`. */
export function toGroupInvites(
  occasion: Occasion,
  ev: number,
  inviteeIds: readonly number[],
): OutgoingEvent<GroupInviteCreatedDto>[] {
  const { id, at, state, actorId, actorName } = occasion;
  const parts = Math.ceil(inviteeIds.length / INVITEES_PER_EVENT);
  return Array.from({ length: parts }, (_, part) => ({
    ...envelope(occasion, parts > 1 ? `${id}#${part}` : id),
    contract: groupInviteCreatedEvent,
    data: {
      conversationId: state.id,
      conversationName: state.name,
      conversationType: state.type,
      ev,
      inviterId: actorId,
      inviterName: actorName,
      inviteeIds: inviteeIds.slice(part * INVITEES_PER_EVENT, (part + 1) * INVITEES_PER_EVENT),
      createdAt: at.toISOString(),
    },
  }));
}

export const toRequestCreated = (
  occasion: Occasion,
  addresseeId: number,
): OutgoingEvent<RequestCreatedDto> => ({
  ...envelope(occasion, occasion.id),
  contract: requestCreatedEvent,
  data: {
    conversationId: occasion.state.id,
    initiatorId: occasion.actorId,
    initiatorName: occasion.actorName,
    addresseeId,
    createdAt: occasion.at.toISOString(),
  },
});

export const toRequestAccepted = (occasion: Occasion): OutgoingEvent<RequestAcceptedDto> => ({
  ...envelope(occasion, occasion.id),
  contract: requestAcceptedEvent,
  data: {
    conversationId: occasion.state.id,
    initiatorId: occasion.state.initiatorId,
    acceptedBy: occasion.actorId,
    acceptedByName: occasion.actorName,
    acceptedAt: occasion.at.toISOString(),
  },
});

export const toRequestDeclined = (occasion: Occasion): OutgoingEvent<RequestDeclinedDto> => ({
  ...envelope(occasion, occasion.id),
  contract: requestDeclinedEvent,
  data: {
    conversationId: occasion.state.id,
    initiatorId: occasion.state.initiatorId,
    declinedBy: occasion.actorId,
    declinedByName: occasion.actorName,
    declinedAt: occasion.at.toISOString(),
  },
});

const envelope = ({ at, state }: Occasion, id: string) => ({ id, key: state.id, at, traceId: id });
