import { Controller } from '@nestjs/common';
import { postForward } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { ForwardsService } from './forwards.service';

@Controller()
export class ForwardsController {
  constructor(private readonly forwards: ForwardsService) {}

  @Handles(postForward)
  forward(@Input() input: InputOf<typeof postForward>) {
    return this.forwards.forward(callerIn(input), { ...input.body, messageId: input.params.id });
  }
}
