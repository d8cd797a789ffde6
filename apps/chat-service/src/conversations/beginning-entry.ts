import { groupInviteCreatedEvent, requestCreatedEvent } from '@app/contracts';
import type { BeginningEntry } from './conversation.schema';
import type { ConversationState } from './state/conversation-state';

const PREFIX = 'begun:';
const PEOPLE_PER_ENTRY = 500;

/** What the bus is to be told of a conversation that is about to be created; stored with it, so that it cannot get lost. */
export function entriesOf(state: ConversationState): BeginningEntry[] {
  const { id, type, status, initiatorId, participants, createdAt } = state;
  const others = participants.filter((userId) => userId !== initiatorId);
  if (type === 'private' && status !== 'pending') return [];
  const name = type === 'private' ? requestCreatedEvent.name : groupInviteCreatedEvent.name;
  return Array.from({ length: Math.ceil(others.length / PEOPLE_PER_ENTRY) }, (_, part) => ({
    id: `${PREFIX}${id}:${part}`,
    type: name,
    user_ids: others.slice(part * PEOPLE_PER_ENTRY, (part + 1) * PEOPLE_PER_ENTRY),
    at: createdAt,
  }));
}

/** Whether an event has come from such an entry. */
export const isOfBeginning = (entryId: string): boolean => entryId.startsWith(PREFIX);

/** The conversation of such an entry. */
export const conversationOf = (entryId: string): string => entryId.slice(PREFIX.length, PREFIX.length + 24);
