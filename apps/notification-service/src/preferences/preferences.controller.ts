import { Controller } from '@nestjs/common';
import { getPreferences, putPreferences } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { PreferencesService } from './preferences.service';

@Controller()
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Handles(getPreferences)
  get(@Input() { user }: InputOf<typeof getPreferences>) {
    return this.preferences.get(user.userId);
  }

  @Handles(putPreferences)
  put(@Input() { user, body }: InputOf<typeof putPreferences>) {
    return this.preferences.set(user.userId, body);
  }
}
