import { IsBoolean } from 'class-validator';
import { clientEvent, one, serverEvent } from '../core/contract';
import { EmptyDto, IsId, IsUserId } from '../core/fields';
import { messageExample } from '../messages/message.examples';

export class TypingDto {
  @IsId()
  conversationId!: string;

  @IsBoolean()
  isTyping!: boolean;
}

export class TypingNoticeDto extends TypingDto {
  @IsUserId()
  userId!: number;
}

const conversationId = messageExample.conversation_id;

export const typing = clientEvent('typing', {
  summary:
    'The caller types, or stopped. Say it again every few seconds: after TYPING_TTL_MS (6 s) it ends by itself, as it does with a ' +
    'message. Never stored, never echoed to the typist.',
  payload: TypingDto,
  ack: one(EmptyDto),
  example: { payload: { conversationId, isTyping: true }, ack: {} },
});

export const typingNotice = serverEvent('typing', {
  volatile: true,
  summary: 'Another member types, or has stopped.',
  payload: TypingNoticeDto,
  example: { conversationId, userId: 2, isTyping: true },
});
