import type { MessageDto } from './message.dto';

export const messageExample: MessageDto = {
  _id: '6650f0c2a4b1c2d3e4f50617',
  conversation_id: '6650f0b1a4b1c2d3e4f50601',
  seq: 42,
  ev: 45,
  sender_id: 1,
  clientId: '0d3c7f0e-7d0a-4a51-9f61-5b1b5a3b9c11',
  content: 'Hello!',
  type: 'text',
  attachments: [],
  reply_to: null,
  status: 'sent',
  seen_by: [],
  delivery_info: [],
  edited_at: null,
  deleted_at: null,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};
