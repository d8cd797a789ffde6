import { Controller } from '@nestjs/common';
import { getThread } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { ThreadsService } from './threads.service';

@Controller()
export class ThreadsController {
  constructor(private readonly threads: ThreadsService) {}

  @Handles(getThread)
  list(@Input() input: InputOf<typeof getThread>) {
    return this.threads.list(callerIn(input), { ...input.query, messageId: input.params.id });
  }
}
