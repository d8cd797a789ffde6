import { Controller } from '@nestjs/common';
import { deleteReaction, postReaction } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { ReactionsService } from './reactions.service';

@Controller()
export class ReactionsController {
  constructor(private readonly reactions: ReactionsService) {}

  @Handles(postReaction)
  react(@Input() input: InputOf<typeof postReaction>) {
    return this.reactions.react(callerIn(input), { ...input.body, messageId: input.params.id });
  }

  @Handles(deleteReaction)
  unreact(@Input() input: InputOf<typeof deleteReaction>) {
    const { id, emoji } = input.params;
    return this.reactions.unreact(callerIn(input), { ...input.query, messageId: id, emoji });
  }
}
