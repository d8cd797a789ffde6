import { Controller, Param, Res } from '@nestjs/common';
import { unsubscribeDigest } from '@app/contracts';
import { Handles, Input, OpenPage, type InputOf } from '@app/platform';
import type { Response } from 'express';
import { PreferencesService } from '../preferences/preferences.service';
import { UNSUBSCRIBE_HEADERS, UNSUBSCRIBE_PAGE } from './unsubscribe-page';
import { UnsubscribeTokens } from './unsubscribe-tokens';

@Controller()
export class UnsubscribeController {
  constructor(
    private readonly tokens: UnsubscribeTokens,
    private readonly preferences: PreferencesService,
  ) {}

  @OpenPage(unsubscribeDigest.path)
  ask(@Param('token') token: string, @Res() response: Response): void {
    this.tokens.read(token);
    response.set(UNSUBSCRIBE_HEADERS).send(UNSUBSCRIBE_PAGE);
  }

  @Handles(unsubscribeDigest)
  async unsubscribe(@Input() { params }: InputOf<typeof unsubscribeDigest>) {
    await this.preferences.endDigests(this.tokens.read(params.token));
    return {};
  }
}
