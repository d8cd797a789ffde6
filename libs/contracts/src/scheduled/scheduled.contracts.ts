import { ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, one, pageOf, route, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { messageExample } from '../messages/message.examples';
import {
  ListScheduledDto,
  RescheduleBodyDto,
  RescheduleMessageDto,
  ScheduleBodyDto,
  ScheduledIdDto,
  ScheduledMessageDto,
  ScheduledPathDto,
  ScheduleMessageDto,
  UnscheduledDto,
} from './scheduled.dto';

const conversationId = messageExample.conversation_id;
const scheduledId = '6650f0c2a4b1c2d3e4f50700';
const sendAt = '2026-01-02T08:00:00.000Z';
export const scheduledExample: ScheduledMessageDto = {
  _id: scheduledId,
  conversation_id: conversationId,
  content: 'Good morning!',
  type: 'text',
  attachments: [],
  reply_to: null,
  thread_id: null,
  send_at: sendAt,
  status: 'waiting',
  created_at: '2026-01-01T00:00:00.000Z',
};
const later: ScheduledMessageDto = { ...scheduledExample, send_at: '2026-01-02T09:00:00.000Z' };

const summaries = {
  schedule:
    'Send a message later. It is sent once, whatever fails meanwhile, if the caller may send it then; else it is kept as `failed`.',
  reschedule: 'Change the time or the text of a message that waits, or let one that failed wait again.',
  unschedule: 'Take a scheduled message back.',
  list: "The caller's messages that wait or could not be sent, the next one first.",
};

export const scheduleMessage = clientEvent('message:schedule', {
  summary: summaries.schedule,
  payload: ScheduleMessageDto,
  ack: one(ScheduledMessageDto),
  example: { payload: { conversationId, content: 'Good morning!', sendAt }, ack: scheduledExample },
});

export const rescheduleMessage = clientEvent('message:reschedule', {
  summary: summaries.reschedule,
  payload: RescheduleMessageDto,
  ack: one(ScheduledMessageDto),
  example: { payload: { scheduledId, sendAt: later.send_at }, ack: later },
});

export const unscheduleMessage = clientEvent('message:unschedule', {
  summary: summaries.unschedule,
  payload: ScheduledIdDto,
  ack: one(EmptyDto),
  example: { payload: { scheduledId }, ack: {} },
});

export const listScheduled = clientEvent('message:list-scheduled', {
  summary: summaries.list,
  payload: ListScheduledDto,
  ack: pageOf(ScheduledMessageDto),
  example: { payload: { conversationId }, ack: [scheduledExample] },
});

export const messageScheduled = serverEvent('message:scheduled', {
  summary: "A scheduled message is now this, also when it could not be sent; to its author's devices only.",
  payload: ScheduledMessageDto,
  example: scheduledExample,
});

export const messageUnscheduled = serverEvent('message:unscheduled', {
  summary: "A scheduled message was sent or taken back; to its author's devices only.",
  payload: UnscheduledDto,
  example: { scheduledId, conversationId, reason: 'sent' },
});

export const postScheduled = route('POST /conversations/:id/scheduled-messages', {
  tag: 'messages',
  summary: summaries.schedule,
  access: 'user',
  params: ConversationPathDto,
  body: ScheduleBodyDto,
  result: one(ScheduledMessageDto),
  status: 201,
  errors: ['CONFLICT', 'UNAVAILABLE'],
  example: { body: { content: 'Good morning!', sendAt }, result: scheduledExample },
});

export const getScheduled = route('GET /scheduled-messages', {
  tag: 'messages',
  summary: summaries.list,
  access: 'user',
  query: ListScheduledDto,
  result: pageOf(ScheduledMessageDto),
  example: { result: [scheduledExample] },
});

export const patchScheduled = route('PATCH /scheduled-messages/:id', {
  tag: 'messages',
  summary: summaries.reschedule,
  access: 'user',
  params: ScheduledPathDto,
  body: RescheduleBodyDto,
  result: one(ScheduledMessageDto),
  errors: ['CONFLICT'],
  example: { body: { sendAt: later.send_at }, result: later },
});

export const deleteScheduled = route('DELETE /scheduled-messages/:id', {
  tag: 'messages',
  summary: summaries.unschedule,
  access: 'user',
  params: ScheduledPathDto,
  result: one(EmptyDto),
  example: { result: {} },
});
