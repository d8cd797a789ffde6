import { IsInt, Max, Min } from 'class-validator';
import { conversationExample } from '../conversations/conversation.contracts';
import { ConversationDto, ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, one, route } from '../core/contract';
import { IsClientId, IsId, OrNull } from '../core/fields';
import { messageExample } from '../messages/message.examples';

/** Five seconds to one year. */
const LIFETIME = { min: 5, max: 365 * 24 * 60 * 60 } as const;

export class DisappearBodyDto {
  /** Seconds that messages live from now on; null: for ever. */
  @OrNull()
  @IsInt()
  @Min(LIFETIME.min)
  @Max(LIFETIME.max)
  seconds!: number | null;

  @IsClientId()
  clientId?: string;
}

export class SetDisappearDto extends DisappearBodyDto {
  @IsId()
  conversationId!: string;
}

const summary =
  'How long new messages of a conversation live. Those that are there already keep the time that they came with.';
const week = 7 * 24 * 60 * 60;
const result: ConversationDto = { ...conversationExample, disappear_after: week };

export const setDisappear = clientEvent('conversation:disappear', {
  summary,
  payload: SetDisappearDto,
  ack: one(ConversationDto),
  example: { payload: { conversationId: messageExample.conversation_id, seconds: week }, ack: result },
});

export const putDisappear = route('PUT /conversations/:id/disappear', {
  tag: 'conversations',
  summary,
  access: 'user',
  params: ConversationPathDto,
  body: DisappearBodyDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN'],
  example: { body: { seconds: week }, result },
});
