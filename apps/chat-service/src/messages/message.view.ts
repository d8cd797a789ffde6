import type { MessageDeletedDto, MessageDto, MessageType } from '@app/contracts';
import type { ShownMessage, StoredMessage } from '../log/stored-message';
import { UNREAD, type Readership } from '../receipts/readership';
import { asSeen } from './tombstone';

/** The one place where a stored message becomes what the wire says. `seen_by`, `delivery_info` and `status` are views of the members' watermarks. */
export function toMessageDto(message: ShownMessage, readership?: Readership): MessageDto {
  const stored = asSeen(message);
  const dto: MessageDto = {
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
  };
  addRareFields(dto, stored);
  return dto;
}

/** What most messages do not have. */
function addRareFields(dto: MessageDto, stored: ShownMessage): void {
  const { system, thread_id, forwarded_from, mentions, mention_all, reactions } = stored;
  const { pinned_at, pinned_by, expires_at } = stored;
  if (system) dto.system = system;
  if (thread_id) dto.thread_id = thread_id.toHexString();
  if (forwarded_from)
    dto.forwarded_from = { ...forwarded_from, created_at: forwarded_from.created_at.toISOString() };
  if (mentions) dto.mentions = mentions;
  if (mention_all) dto.mention_all = true;
  if (reactions) dto.reactions = reactions;
  if (pinned_at) dto.pinned_at = pinned_at.toISOString();
  if (pinned_by !== undefined) dto.pinned_by = pinned_by;
  if (expires_at) dto.expires_at = expires_at.toISOString();
}

export const toDeletedDto = (stored: StoredMessage): MessageDeletedDto => ({
  messageId: stored._id.toHexString(),
  conversationId: stored.conversation_id.toHexString(),
  seq: stored.seq,
  ev: stored.ev,
});
