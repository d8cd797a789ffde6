import { Controller } from '@nestjs/common';
import {
  finishOidc,
  finishOidcSecondFactor,
  getOidc,
  startOidc,
  type OidcOfferDto,
  type OidcStartedDto,
  type SessionDto,
} from '@app/contracts';
import { Handles, Input, type Cookies, type InputOf } from '@app/platform';
import { SessionCookie } from '../auth/session-cookie';
import { OidcService } from './oidc.service';

@Controller()
export class OidcController {
  constructor(
    private readonly oidc: OidcService,
    private readonly cookie: SessionCookie,
  ) {}

  @Handles(getOidc)
  offer(): Promise<OidcOfferDto> {
    return this.oidc.offer();
  }

  @Handles(startOidc)
  start(): Promise<OidcStartedDto> {
    return this.oidc.start();
  }

  @Handles(finishOidc)
  async finish(@Input() { body, client, cookies }: InputOf<typeof finishOidc>): Promise<SessionDto> {
    return this.answer(await this.oidc.finish(body, client), body.cookie, cookies);
  }

  @Handles(finishOidcSecondFactor)
  async finishSecondFactor(
    @Input() { body, client, cookies }: InputOf<typeof finishOidcSecondFactor>,
  ): Promise<SessionDto> {
    return this.answer(await this.oidc.finishSecondFactor(body, client), body.cookie, cookies);
  }

  private answer(session: SessionDto, asCookie: boolean | undefined, cookies: Cookies): SessionDto {
    return asCookie === true ? this.cookie.handOver(session, cookies) : session;
  }
}
