import { Controller } from '@nestjs/common';
import { deleteScheduled, getScheduled, patchScheduled, postScheduled } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { ScheduledService } from './scheduled.service';

@Controller()
export class ScheduledController {
  constructor(private readonly scheduled: ScheduledService) {}

  @Handles(postScheduled)
  schedule(@Input() input: InputOf<typeof postScheduled>) {
    return this.scheduled.schedule(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(getScheduled)
  list(@Input() input: InputOf<typeof getScheduled>) {
    return this.scheduled.list(callerIn(input), input.query);
  }

  @Handles(patchScheduled)
  reschedule(@Input() input: InputOf<typeof patchScheduled>) {
    return this.scheduled.reschedule(callerIn(input), { ...input.body, scheduledId: input.params.id });
  }

  @Handles(deleteScheduled)
  async unschedule(@Input() input: InputOf<typeof deleteScheduled>) {
    await this.scheduled.unschedule(callerIn(input), input.params.id);
    return {};
  }
}
