import { Controller } from '@nestjs/common';
import {
  contactAccepted,
  contactRemoved,
  privacyUpdated,
  userBlockedEvent,
  userUnblockedEvent,
  type BlockChangedDto,
  type ContactAcceptedDto,
  type ContactRemovedDto,
  type PrivacyUpdatedDto,
} from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import { RequestsService } from '../requests/requests.service';
import { PeopleService } from './people.service';

@Controller()
export class PeopleEventsConsumer {
  constructor(
    private readonly people: PeopleService,
    private readonly requests: RequestsService,
  ) {}

  @Consumes(userBlockedEvent)
  blocked({ data }: IncomingEvent<BlockChangedDto>): Promise<void> {
    return this.people.blockChanged(data, true);
  }

  @Consumes(userUnblockedEvent)
  unblocked({ data }: IncomingEvent<BlockChangedDto>): Promise<void> {
    return this.people.blockChanged(data, false);
  }

  @Consumes(contactAccepted)
  async accepted({ data }: IncomingEvent<ContactAcceptedDto>): Promise<void> {
    await this.people.contactChanged(data.senderId, data.addresseeId, data.rev, true);
    await this.requests.acceptBetween(data.senderId, data.addresseeId);
  }

  @Consumes(contactRemoved)
  removed({ data }: IncomingEvent<ContactRemovedDto>): Promise<void> {
    return this.people.contactChanged(data.userId, data.contactId, data.rev, false);
  }

  @Consumes(privacyUpdated)
  privacyUpdated({ data }: IncomingEvent<PrivacyUpdatedDto>): Promise<void> {
    return this.people.privacyChanged(data);
  }
}
