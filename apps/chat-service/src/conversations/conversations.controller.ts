import { Controller } from '@nestjs/common';
import { getMembers } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { ConversationsService } from './conversations.service';

@Controller()
export class ConversationsController {
  constructor(private readonly conversations: ConversationsService) {}

  @Handles(getMembers)
  members(@Input() input: InputOf<typeof getMembers>) {
    return this.conversations.members(callerIn(input), input.params.id);
  }
}
