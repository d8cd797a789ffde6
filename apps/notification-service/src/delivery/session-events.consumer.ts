import { Controller } from '@nestjs/common';
import { sessionRevoked, type RevokedSessionsDto } from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import { DeliveryService } from './delivery.service';
import { sessionNoticesOf } from './session-notice';

@Controller()
export class SessionEventsConsumer {
  constructor(private readonly delivery: DeliveryService) {}

  @Consumes(sessionRevoked)
  revoked(event: IncomingEvent<RevokedSessionsDto>): Promise<void> {
    return this.delivery.deliver(sessionNoticesOf(event));
  }
}
