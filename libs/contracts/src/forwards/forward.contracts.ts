import { clientEvent, listOf, route } from '../core/contract';
import { MessagePathDto } from '../messages/message.dto';
import { messageExample } from '../messages/message.examples';
import { ForwardBodyDto, ForwardedDto, ForwardMessageDto } from './forward.dto';

const { _id: messageId, sender_id, created_at } = messageExample;
const [here, there] = ['6650f0b1a4b1c2d3e4f50602', '6650f0b1a4b1c2d3e4f50603'];
const conversationIds = [here, there];
const answer: ForwardedDto[] = [
  {
    conversationId: here,
    message: {
      ...messageExample,
      _id: '6650f0c2a4b1c2d3e4f50619',
      conversation_id: here,
      seq: 7,
      ev: 9,
      sender_id: 2,
      forwarded_from: { sender_id, created_at },
    },
  },
  { conversationId: there, error: { code: 'NOTFOUND', message: 'conversation not found' } },
];
const summary =
  'Copy a message to other conversations. Each answers for itself: what is refused in one does not keep it from the others.';

export const forwardMessage = clientEvent('message:forward', {
  summary,
  payload: ForwardMessageDto,
  ack: listOf(ForwardedDto),
  example: { payload: { messageId, conversationIds }, ack: answer },
});

export const postForward = route('POST /messages/:id/forward', {
  tag: 'messages',
  summary,
  access: 'user',
  params: MessagePathDto,
  body: ForwardBodyDto,
  result: listOf(ForwardedDto),
  errors: ['UNAVAILABLE'],
  example: { body: { conversationIds }, result: answer },
});
