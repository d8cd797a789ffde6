import { Controller } from '@nestjs/common';
import { putDisappear } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { DisappearingService } from './disappearing.service';

@Controller()
export class DisappearingController {
  constructor(private readonly disappearing: DisappearingService) {}

  @Handles(putDisappear)
  set(@Input() input: InputOf<typeof putDisappear>) {
    return this.disappearing.set(callerIn(input), { ...input.body, conversationId: input.params.id });
  }
}
