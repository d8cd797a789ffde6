import { Controller } from '@nestjs/common';
import { getUnreadMessages } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { UnreadService } from './unread.service';

@Controller()
export class UnreadController {
  constructor(private readonly unread: UnreadService) {}

  @Handles(getUnreadMessages)
  count(@Input() input: InputOf<typeof getUnreadMessages>) {
    return this.unread.count(callerIn(input));
  }
}
