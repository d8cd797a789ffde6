import { Controller } from '@nestjs/common';
import { getChannels, postJoinChannel } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { ChannelsService } from './channels.service';

@Controller()
export class ChannelsController {
  constructor(private readonly channels: ChannelsService) {}

  @Handles(getChannels)
  list(@Input() input: InputOf<typeof getChannels>) {
    return this.channels.list(callerIn(input), input.query);
  }

  @Handles(postJoinChannel)
  join(@Input() input: InputOf<typeof postJoinChannel>) {
    return this.channels.join(callerIn(input), { ...input.body, conversationId: input.params.id });
  }
}
