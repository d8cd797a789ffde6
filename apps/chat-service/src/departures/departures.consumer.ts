import { Controller } from '@nestjs/common';
import { userDeletedEvent, type UserDeletedDto } from '@app/contracts';
import { Consumes, type IncomingEvent } from '@app/messaging';
import { DeparturesService } from './departures.service';

@Controller()
export class DeparturesConsumer {
  constructor(private readonly departures: DeparturesService) {}

  @Consumes(userDeletedEvent)
  deleted({ data }: IncomingEvent<UserDeletedDto>): Promise<void> {
    return this.departures.depart(data);
  }
}
