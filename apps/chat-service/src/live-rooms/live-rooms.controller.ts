import { Controller } from '@nestjs/common';
import { getConversationStatus } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { LiveRoomsService } from './live-rooms.service';

@Controller()
export class LiveRoomsController {
  constructor(private readonly rooms: LiveRoomsService) {}

  @Handles(getConversationStatus)
  status(@Input() input: InputOf<typeof getConversationStatus>) {
    return this.rooms.status(callerIn(input), input.params.id);
  }
}
