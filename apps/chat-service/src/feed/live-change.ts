import type { MessageDeletedDto, MessageDto } from '@app/contracts';
import type { CommittedChange, StoredMessage } from '../log/stored-message';
import { toDeletedDto, toMessageDto } from '../messages/message.view';

/** One durable change of a conversation, in the words of the wire. */
export type LiveChange = { conversationId: string; ev: number } & (
  { kind: 'created' | 'updated'; data: MessageDto } | { kind: 'deleted'; data: MessageDeletedDto }
);

/** The change that was just committed. */
export const toLiveChange = ({ kind, message }: CommittedChange): LiveChange =>
  describe(message, kind === 'append' ? 'created' : 'updated');

/** A message that changed while the audience was not told, as it is now. */
export const toMissedChange = (message: StoredMessage, isNew: boolean): LiveChange =>
  describe(message, isNew ? 'created' : 'updated');

function describe(message: StoredMessage, kind: 'created' | 'updated'): LiveChange {
  const place = { conversationId: message.conversation_id.toHexString(), ev: message.ev };
  return message.deleted_at
    ? { ...place, kind: 'deleted', data: toDeletedDto(message) }
    : { ...place, kind, data: toMessageDto(message) };
}
