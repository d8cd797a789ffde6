import { Controller } from '@nestjs/common';
import {
  securityNoticed,
  sessionRevoked,
  type RevokedSessionsDto,
  type SecurityNoticedDto,
} from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import { DeliveryService } from './delivery.service';
import { ofSecurityNotice } from './security-notice';
import { sessionNoticesOf } from './session-notice';

@Controller()
export class SecurityEventsConsumer {
  constructor(private readonly delivery: DeliveryService) {}

  @Consumes(sessionRevoked)
  revoked(event: IncomingEvent<RevokedSessionsDto>): Promise<void> {
    return this.delivery.deliver(sessionNoticesOf(event));
  }

  @Consumes(securityNoticed)
  noticed(event: IncomingEvent<SecurityNoticedDto>): Promise<void> {
    return this.delivery.deliver([ofSecurityNotice(event)]);
  }
}
