import { ConversationPathDto } from '../conversations/conversation.dto';
import { one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { MessagePathDto } from '../messages/message.dto';
import { deliveryExample } from './receipt.contracts';
import { MessageDeliveryDto, MessageIdsDto, ReportedStatusDto, UpToDto } from './receipt.dto';

const { messageId } = deliveryExample;

export const postConversationRead = route('POST /conversations/:id/mark-read', {
  tag: 'conversations',
  summary: 'Everything up to `upToSeq`, or all that there is, is read.',
  access: 'user',
  params: ConversationPathDto,
  body: UpToDto,
  result: one(EmptyDto),
  errors: ['UNAVAILABLE'],
  example: { body: { upToSeq: 42 }, result: {} },
});

export const postMessagesRead = route('POST /messages/mark-read', {
  tag: 'messages',
  summary: 'In each of their conversations, everything up to the newest of these messages is read.',
  access: 'user',
  body: MessageIdsDto,
  result: one(EmptyDto),
  errors: ['NOTFOUND', 'UNAVAILABLE'],
  example: { body: { messageIds: [messageId] }, result: {} },
});

export const postMessageRead = route('POST /messages/:id/read', {
  tag: 'messages',
  summary: 'Everything up to this message is read.',
  access: 'user',
  params: MessagePathDto,
  result: one(EmptyDto),
  errors: ['UNAVAILABLE'],
  example: { result: {} },
});

export const postMessageDelivered = route('POST /messages/:id/delivered', {
  tag: 'messages',
  summary: 'Everything up to this message has reached a device of the caller.',
  access: 'user',
  params: MessagePathDto,
  result: one(EmptyDto),
  errors: ['UNAVAILABLE'],
  example: { result: {} },
});

export const getDelivery = route('GET /messages/:id/status', {
  tag: 'messages',
  summary: 'How far a message has come with each of the other members.',
  access: 'user',
  params: MessagePathDto,
  result: one(MessageDeliveryDto),
  errors: ['UNAVAILABLE'],
  example: { result: deliveryExample },
});

export const postDelivery = route('POST /messages/:id/status', {
  tag: 'messages',
  summary: 'Report a message as delivered, read or failed; a failure is told to its sender and not kept.',
  access: 'user',
  params: MessagePathDto,
  body: ReportedStatusDto,
  result: one(EmptyDto),
  errors: ['UNAVAILABLE'],
  example: { body: { status: 'delivered' }, result: {} },
});
