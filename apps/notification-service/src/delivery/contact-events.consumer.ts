import { Controller } from '@nestjs/common';
import {
  contactAccepted,
  contactRequested,
  type ContactAcceptedDto,
  type ContactRequestedDto,
} from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import { ofAcceptedRequest, ofRequest } from './contact-notification';
import { DeliveryService } from './delivery.service';

@Controller()
export class ContactEventsConsumer {
  constructor(private readonly delivery: DeliveryService) {}

  @Consumes(contactRequested)
  requested(event: IncomingEvent<ContactRequestedDto>): Promise<void> {
    return this.delivery.deliver([ofRequest(event)]);
  }

  @Consumes(contactAccepted)
  accepted(event: IncomingEvent<ContactAcceptedDto>): Promise<void> {
    return this.delivery.deliver([ofAcceptedRequest(event)]);
  }
}
