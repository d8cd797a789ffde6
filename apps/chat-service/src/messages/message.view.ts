import type { DeliveryDto, MessageDeletedDto, MessageDto, MessageType } from '@app/contracts';
import type { StoredMessage } from '../log/stored-message';
import type { Receipt } from '../receipts/receipt';

const NOBODY: Receipt[] = [];

/**
 * The one place where a stored message becomes what the wire says. `seen_by`, `delivery_info` and `status` are views
 * of the members' watermarks; `status` is `read` when all `others` other members have read.
 */
export function toMessageDto(stored: StoredMessage, receipts: Receipt[] = NOBODY, others = 0): MessageDto {
  const readers = receipts.filter(
    ({ user_id, read_seq }) => user_id !== stored.sender_id && read_seq >= stored.seq,
  );
  return {
    _id: stored._id.toHexString(),
    conversation_id: stored.conversation_id.toHexString(),
    seq: stored.seq,
    ev: stored.ev,
    sender_id: stored.sender_id,
    clientId: stored.clientId,
    content: stored.content,
    type: stored.type as MessageType,
    attachments: stored.attachments,
    reply_to: stored.reply_to?.toHexString() ?? null,
    status: readers.length > 0 && readers.length >= others ? 'read' : 'sent',
    seen_by: readers.map(({ user_id }) => user_id),
    delivery_info: readers.map(toDelivery),
    edited_at: stored.edited_at?.toISOString() ?? null,
    deleted_at: stored.deleted_at?.toISOString() ?? null,
    created_at: stored.created_at.toISOString(),
    updated_at: stored.updated_at.toISOString(),
  };
}

const toDelivery = ({ user_id, read_at }: Receipt): DeliveryDto => ({
  user_id,
  status: 'read',
  timestamp: read_at.toISOString(),
});

export const toDeletedDto = (stored: StoredMessage): MessageDeletedDto => ({
  messageId: stored._id.toHexString(),
  conversationId: stored.conversation_id.toHexString(),
  seq: stored.seq,
  ev: stored.ev,
});
