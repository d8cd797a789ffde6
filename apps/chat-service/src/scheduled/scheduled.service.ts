import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  messageScheduled,
  messageUnscheduled,
  notFound,
  type ListScheduledDto,
  type Page,
  type RescheduleMessageDto,
  type ScheduledMessageDto,
  type ScheduleMessageDto,
} from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { ConversationStates } from '../conversations/state/conversation-states';
import { Attachments } from '../files/attachments';
import { ScheduledRepository } from './scheduled.repository';
import { toScheduledDto } from './scheduled.view';
import { fromCursor, toCursor } from '../time-cursor';

const DEFAULT_LIMIT = 20;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Messages that people want to be sent later. */
@Injectable()
export class ScheduledService {
  constructor(
    private readonly scheduled: ScheduledRepository,
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly attachments: Attachments,
    private readonly broadcaster: Broadcaster,
    private readonly config: ChatConfig,
  ) {}

  async schedule(caller: Caller, input: ScheduleMessageDto): Promise<ScheduledMessageDto> {
    const { content = '', attachments = [], type = 'text', clientId, replyTo, threadId } = input;
    const state = await this.states.getFor(caller.userId, input.conversationId);
    if (clientId !== undefined) {
      const earlier = await this.scheduled.findByClientId(caller.userId, state.id, clientId);
      if (earlier) return toScheduledDto(earlier);
    }
    await this.policy.assertMay(caller, state, 'schedule');
    assertSomething(content, attachments);
    const send_at = this.timeFrom(input.sendAt);
    await this.attachments.in(caller, attachments, keptUntil(send_at));
    const fresh = {
      user_id: caller.userId,
      username: caller.username,
      conversation_id: state.id,
      content,
      type,
      attachments,
      reply_to: replyTo ?? null,
      thread_id: threadId ?? null,
      send_at,
      ...(clientId !== undefined && { clientId }),
    };
    const { MAX_SCHEDULED } = this.config;
    const stored = await this.scheduled.add(fresh, MAX_SCHEDULED);
    if (!stored) throw new AppError('CONFLICT', `there are ${MAX_SCHEDULED} scheduled messages already`);
    return this.tell(caller.userId, toScheduledDto(stored));
  }

  async reschedule(caller: Caller, input: RescheduleMessageDto): Promise<ScheduledMessageDto> {
    const { scheduledId, sendAt, content } = input;
    const earlier = await this.scheduled.findOf(caller.userId, scheduledId);
    if (!earlier) throw notFound('scheduled message');
    if (content !== undefined) assertSomething(content, earlier.attachments);
    // One that has failed needs a new time; one that waits may keep its own.
    const later = sendAt !== undefined || earlier.status === 'failed' ? this.timeFrom(sendAt) : undefined;
    if (later) await this.attachments.in(caller, earlier.attachments, keptUntil(later));
    const changed = await this.scheduled.change(caller.userId, scheduledId, {
      ...(later && { send_at: later }),
      ...(content !== undefined && { content }),
    });
    if (!changed) throw tooLate();
    return this.tell(caller.userId, toScheduledDto(changed));
  }

  async unschedule({ userId }: Caller, scheduledId: string): Promise<void> {
    const stored = await this.scheduled.findOf(userId, scheduledId);
    if (!stored) throw notFound('scheduled message');
    if (!(await this.scheduled.remove(userId, scheduledId))) throw tooLate();
    const conversationId = stored.conversation_id;
    this.broadcaster.to(rooms.user(userId)).emit(messageUnscheduled, {
      scheduledId: stored._id.toHexString(),
      conversationId,
      reason: 'cancelled',
    });
  }

  async list(
    { userId }: Pick<Caller, 'userId'>,
    input: ListScheduledDto,
  ): Promise<Page<ScheduledMessageDto>> {
    const { limit = DEFAULT_LIMIT, conversationId, cursor } = input;
    const found = await this.scheduled.listOf(userId, limit + 1, {
      ...(conversationId !== undefined && { conversationId: conversationId.toLowerCase() }),
      ...(cursor !== undefined && { after: fromCursor(cursor) }),
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const next =
      last && found.length > limit ? toCursor({ at: last.send_at, id: last._id.toHexString() }) : null;
    return { items: page.map(toScheduledDto), next };
  }

  removeAllOf(userId: number): Promise<void> {
    return this.scheduled.removeAllOf(userId);
  }

  private timeFrom(text: string | undefined): Date {
    const days = this.config.SCHEDULE_MAX_DAYS;
    const at = new Date(text ?? Number.NaN);
    if (!(at.getTime() > Date.now())) throw badRequest('sendAt', 'must be later than now');
    if (at.getTime() > Date.now() + days * DAY_MS)
      throw badRequest('sendAt', `must be within the next ${days} days`);
    return at;
  }

  private tell(userId: number, message: ScheduledMessageDto): ScheduledMessageDto {
    this.broadcaster.to(rooms.user(userId)).emit(messageScheduled, message);
    return message;
  }
}

/** Time for its author to see to one that could not be sent. */
const keptUntil = (sendAt: Date) => new Date(sendAt.getTime() + DAY_MS);

const tooLate = () => new AppError('CONFLICT', 'the message is just being sent');

function assertSomething(content: string, attachments: readonly string[]): void {
  if (content.trim() === '' && attachments.length === 0)
    throw badRequest('content', 'must not be empty without attachments');
}
