import { Controller } from '@nestjs/common';
import { getPrivacy, putPrivacy } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { PrivacyService } from './privacy.service';

@Controller()
export class PrivacyController {
  constructor(private readonly privacy: PrivacyService) {}

  @Handles(getPrivacy)
  get(@Input() { user }: InputOf<typeof getPrivacy>) {
    return this.privacy.get(user.userId);
  }

  @Handles(putPrivacy)
  put(@Input() { user, body }: InputOf<typeof putPrivacy>) {
    return this.privacy.put(user.userId, body);
  }
}
