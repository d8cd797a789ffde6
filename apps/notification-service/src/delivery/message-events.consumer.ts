import { Controller } from '@nestjs/common';
import { messageCreatedEvent, type MessageCreatedDto } from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import { DeliveryService } from './delivery.service';

@Controller()
export class MessageEventsConsumer {
  constructor(private readonly delivery: DeliveryService) {}

  @Consumes(messageCreatedEvent)
  created(event: IncomingEvent<MessageCreatedDto>): Promise<void> {
    return this.delivery.messageCreated(event);
  }
}
