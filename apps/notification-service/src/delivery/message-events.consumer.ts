import { Controller } from '@nestjs/common';
import {
  messageCreatedEvent,
  messageEditedEvent,
  messageReactedEvent,
  messageRemovedEvent,
  type MessageCreatedDto,
  type MessageEditedDto,
  type MessageReactedDto,
  type MessageRemovedDto,
} from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import { DeliveryService } from './delivery.service';
import { MessageTraces } from './message-traces';
import { ofReaction } from './reaction-notification';

@Controller()
export class MessageEventsConsumer {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly traces: MessageTraces,
  ) {}

  @Consumes(messageCreatedEvent)
  created(event: IncomingEvent<MessageCreatedDto>): Promise<void> {
    return this.delivery.messageCreated(event);
  }

  @Consumes(messageReactedEvent)
  reacted(event: IncomingEvent<MessageReactedDto>): Promise<void> {
    return this.delivery.deliver([ofReaction(event)]);
  }

  @Consumes(messageEditedEvent)
  edited({ data }: IncomingEvent<MessageEditedDto>): Promise<void> {
    return this.traces.edited(data);
  }

  @Consumes(messageRemovedEvent)
  removed({ data }: IncomingEvent<MessageRemovedDto>): Promise<void> {
    return this.traces.removed(data);
  }
}
