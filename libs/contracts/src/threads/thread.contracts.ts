import { clientEvent, pageOf, route } from '../core/contract';
import { MessageDto, MessagePathDto } from '../messages/message.dto';
import { messageExample } from '../messages/message.examples';
import { ListThreadDto, ThreadQueryDto } from './thread.dto';

const { _id: messageId } = messageExample;
const reply: MessageDto = {
  ...messageExample,
  _id: '6650f0c2a4b1c2d3e4f50618',
  seq: 43,
  ev: 46,
  content: 'Hello to you!',
  thread_id: messageId,
};

export const listThread = clientEvent('message:thread', {
  summary:
    'The replies of a thread, oldest first; the message is its root or any reply. They stand in the history as well.',
  payload: ListThreadDto,
  ack: pageOf(MessageDto),
  example: { payload: { messageId, limit: 20 }, ack: [reply] },
});

export const getThread = route('GET /messages/:id/thread', {
  tag: 'messages',
  summary: 'The replies of a thread, oldest first; the message is its root or any reply.',
  access: 'user',
  params: MessagePathDto,
  query: ThreadQueryDto,
  result: pageOf(MessageDto),
  errors: ['UNAVAILABLE'],
  example: { result: [reply] },
});
