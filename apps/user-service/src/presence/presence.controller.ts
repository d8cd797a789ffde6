import { Controller } from '@nestjs/common';
import { getPresence, recordSeen } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { PresenceService } from './presence.service';

@Controller()
export class PresenceController {
  constructor(private readonly presence: PresenceService) {}

  @Handles(getPresence)
  get(@Input() { user, params }: InputOf<typeof getPresence>) {
    return this.presence.get(user.userId, params.id);
  }
}

/** For services of ours, by service token; the gateway does not route here. */
@Controller()
export class InternalPresenceController {
  constructor(private readonly presence: PresenceService) {}

  @Handles(recordSeen)
  async record(@Input() { body }: InputOf<typeof recordSeen>) {
    await this.presence.record(body.seen);
    return {};
  }
}
