import { Controller } from '@nestjs/common';
import {
  groupInviteCreatedEvent,
  requestAcceptedEvent,
  requestCreatedEvent,
  requestDeclinedEvent,
  type GroupInviteCreatedDto,
  type RequestAcceptedDto,
  type RequestCreatedDto,
  type RequestDeclinedDto,
} from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import {
  ofAcceptedMessageRequest,
  ofDeclinedMessageRequest,
  ofGroupInvite,
  ofMessageRequest,
} from './conversation-notification';
import { DeliveryService } from './delivery.service';

@Controller()
export class ConversationEventsConsumer {
  constructor(private readonly delivery: DeliveryService) {}

  @Consumes(groupInviteCreatedEvent)
  invited(event: IncomingEvent<GroupInviteCreatedDto>): Promise<void> {
    return this.delivery.deliver(ofGroupInvite(event));
  }

  @Consumes(requestCreatedEvent)
  requested(event: IncomingEvent<RequestCreatedDto>): Promise<void> {
    return this.delivery.deliver([ofMessageRequest(event)]);
  }

  @Consumes(requestAcceptedEvent)
  accepted(event: IncomingEvent<RequestAcceptedDto>): Promise<void> {
    return this.delivery.deliver([ofAcceptedMessageRequest(event)]);
  }

  @Consumes(requestDeclinedEvent)
  declined(event: IncomingEvent<RequestDeclinedDto>): Promise<void> {
    return this.delivery.deliver([ofDeclinedMessageRequest(event)]);
  }
}
