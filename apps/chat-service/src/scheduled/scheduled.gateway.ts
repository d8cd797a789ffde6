import {
  chatNamespace,
  listScheduled,
  rescheduleMessage,
  scheduleMessage,
  unscheduleMessage,
  type ListScheduledDto,
  type RescheduleMessageDto,
  type ScheduledIdDto,
  type ScheduleMessageDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { ScheduledService } from './scheduled.service';

@SocketGateway(chatNamespace)
export class ScheduledGateway {
  constructor(private readonly scheduled: ScheduledService) {}

  @HandlesEvent(scheduleMessage)
  schedule(socket: ClientSocket, payload: ScheduleMessageDto) {
    return this.scheduled.schedule(callerOf(socket), payload);
  }

  @HandlesEvent(rescheduleMessage)
  reschedule(socket: ClientSocket, payload: RescheduleMessageDto) {
    return this.scheduled.reschedule(callerOf(socket), payload);
  }

  @HandlesEvent(unscheduleMessage)
  async unschedule(socket: ClientSocket, { scheduledId }: ScheduledIdDto) {
    await this.scheduled.unschedule(callerOf(socket), scheduledId);
    return {};
  }

  @HandlesEvent(listScheduled)
  list(socket: ClientSocket, payload: ListScheduledDto) {
    return this.scheduled.list(callerOf(socket), payload);
  }
}
