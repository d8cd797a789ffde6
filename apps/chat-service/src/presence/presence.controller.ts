import { Controller } from '@nestjs/common';
import { visiblePresence } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { PresenceService } from './presence.service';

/** For services of ours, by service token; the gateway does not route here. */
@Controller()
export class PresenceController {
  constructor(private readonly presence: PresenceService) {}

  @Handles(visiblePresence)
  visible(@Input() { body }: InputOf<typeof visiblePresence>) {
    return this.presence.visible(body.viewerId, body.userIds);
  }
}
