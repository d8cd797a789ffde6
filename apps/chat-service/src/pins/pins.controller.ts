import { Controller } from '@nestjs/common';
import { deletePin, getPins, postPin } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { PinsService } from './pins.service';

@Controller()
export class PinsController {
  constructor(private readonly pins: PinsService) {}

  @Handles(postPin)
  pin(@Input() input: InputOf<typeof postPin>) {
    return this.pins.pin(callerIn(input), { ...input.body, messageId: input.params.id });
  }

  @Handles(deletePin)
  unpin(@Input() input: InputOf<typeof deletePin>) {
    return this.pins.unpin(callerIn(input), { ...input.query, messageId: input.params.id });
  }

  @Handles(getPins)
  list(@Input() input: InputOf<typeof getPins>) {
    return this.pins.list(callerIn(input), { conversationId: input.params.id });
  }
}
