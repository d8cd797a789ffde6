import type { MessageDeletedDto, MessageDto, MessageType } from '@app/contracts';
import type { StoredMessage } from '../log/stored-message';
import { UNREAD, type Readership } from '../receipts/readership';

/** The one place where a stored message becomes what the wire says. `seen_by`, `delivery_info` and `status` are views of the members' watermarks. */
export function toMessageDto(stored: StoredMessage, readership?: Readership): MessageDto {
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
    ...(readership ? readership.of(stored) : UNREAD),
    edited_at: stored.edited_at?.toISOString() ?? null,
    deleted_at: stored.deleted_at?.toISOString() ?? null,
    created_at: stored.created_at.toISOString(),
    updated_at: stored.updated_at.toISOString(),
    ...(stored.system && { system: stored.system }),
  };
}

export const toDeletedDto = (stored: StoredMessage): MessageDeletedDto => ({
  messageId: stored._id.toHexString(),
  conversationId: stored.conversation_id.toHexString(),
  seq: stored.seq,
  ev: stored.ev,
});
