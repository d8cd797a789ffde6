import { Controller } from '@nestjs/common';
import {
  postArchiveConversation,
  postMuteConversation,
  postNickname,
  postPinConversation,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { SettingsService } from './settings.service';

@Controller()
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  @Handles(postMuteConversation)
  mute(@Input() input: InputOf<typeof postMuteConversation>) {
    return this.settings.mute(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(postPinConversation)
  pin(@Input() input: InputOf<typeof postPinConversation>) {
    return this.settings.pin(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(postArchiveConversation)
  archive(@Input() input: InputOf<typeof postArchiveConversation>) {
    return this.settings.archive(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(postNickname)
  nickname(@Input() input: InputOf<typeof postNickname>) {
    return this.settings.nickname(callerIn(input), { ...input.body, conversationId: input.params.id });
  }
}
