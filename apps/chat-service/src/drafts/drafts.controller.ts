import { Controller } from '@nestjs/common';
import { getDrafts, putDraft } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { DraftsService } from './drafts.service';

@Controller()
export class DraftsController {
  constructor(private readonly drafts: DraftsService) {}

  @Handles(putDraft)
  set(@Input() input: InputOf<typeof putDraft>) {
    return this.drafts.set(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(getDrafts)
  list(@Input() input: InputOf<typeof getDrafts>) {
    return this.drafts.list(callerIn(input), input.query);
  }
}
