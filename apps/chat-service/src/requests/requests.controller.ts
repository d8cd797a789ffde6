import { Controller } from '@nestjs/common';
import { postAccept, postDecline } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { RequestsService } from './requests.service';

@Controller()
export class RequestsController {
  constructor(private readonly requests: RequestsService) {}

  @Handles(postAccept)
  accept(@Input() input: InputOf<typeof postAccept>) {
    const payload = { ...input.body, conversationId: input.params.id };
    return this.requests.answer(callerIn(input), payload, 'accept');
  }

  @Handles(postDecline)
  decline(@Input() input: InputOf<typeof postDecline>) {
    const payload = { ...input.body, conversationId: input.params.id };
    return this.requests.answer(callerIn(input), payload, 'decline');
  }
}
