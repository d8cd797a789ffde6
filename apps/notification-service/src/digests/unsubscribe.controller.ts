import { Controller, Header, Param } from '@nestjs/common';
import { unsubscribeDigest } from '@app/contracts';
import { Handles, Input, OpenPage, type InputOf } from '@app/platform';
import { PreferencesService } from '../preferences/preferences.service';
import { UNSUBSCRIBE_PAGE, UNSUBSCRIBE_POLICY } from './unsubscribe-page';
import { UnsubscribeTokens } from './unsubscribe-tokens';

@Controller()
export class UnsubscribeController {
  constructor(
    private readonly tokens: UnsubscribeTokens,
    private readonly preferences: PreferencesService,
  ) {}

  @OpenPage(unsubscribeDigest.path)
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', UNSUBSCRIBE_POLICY)
  @Header('Cache-Control', 'no-store')
  @Header('Referrer-Policy', 'no-referrer')
  ask(@Param('token') token: string): string {
    this.tokens.read(token);
    return UNSUBSCRIBE_PAGE;
  }

  @Handles(unsubscribeDigest)
  async unsubscribe(@Input() { params }: InputOf<typeof unsubscribeDigest>) {
    await this.preferences.endDigests(this.tokens.read(params.token));
    return {};
  }
}
