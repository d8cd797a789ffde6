import type { ScheduledMessageDto } from '@app/contracts';
import type { StoredScheduled } from './scheduled.repository';

export const toScheduledDto = (stored: StoredScheduled): ScheduledMessageDto => ({
  _id: stored._id.toHexString(),
  conversation_id: stored.conversation_id,
  content: stored.content,
  type: stored.type,
  attachments: stored.attachments,
  reply_to: stored.reply_to,
  thread_id: stored.thread_id,
  send_at: stored.send_at.toISOString(),
  status: stored.status === 'failed' ? 'failed' : 'waiting',
  ...(stored.error && { error: stored.error }),
  created_at: stored.created_at.toISOString(),
});
