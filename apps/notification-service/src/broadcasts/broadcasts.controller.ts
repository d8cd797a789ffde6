import { Controller } from '@nestjs/common';
import { postBroadcast, systemBroadcastEvent, type SystemBroadcastDto } from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import { Handles, Input, type InputOf } from '@app/platform';
import { BroadcastsService } from './broadcasts.service';

@Controller()
export class BroadcastsController {
  constructor(private readonly broadcasts: BroadcastsService) {}

  @Handles(postBroadcast)
  say(@Input() { user, body }: InputOf<typeof postBroadcast>) {
    return this.broadcasts.say(user.userId, body);
  }

  @Consumes(systemBroadcastEvent)
  said({ data }: IncomingEvent<SystemBroadcastDto>): Promise<void> {
    return this.broadcasts.said(data);
  }
}
