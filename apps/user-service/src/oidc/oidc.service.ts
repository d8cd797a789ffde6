import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  type OidcCallbackDto,
  type OidcOfferDto,
  type OidcSecondFactorDto,
  type OidcStartedDto,
  type SessionDto,
} from '@app/contracts';
import { SessionIssuer, type Client } from '../auth/session-issuer.service';
import { UserConfig } from '../config';
import { SecondFactorService } from '../second-factor/second-factor.service';
import { AccountsService } from './accounts.service';
import { FlowsService } from './flows.service';
import { IdentityProvider } from './identity-provider';
import type { Identity } from './identity';
import { IdentityRepository } from './identity.repository';

/** Signing in at an OpenID provider. */
@Injectable()
export class OidcService {
  constructor(
    private readonly config: UserConfig,
    private readonly provider: IdentityProvider,
    private readonly flows: FlowsService,
    private readonly accounts: AccountsService,
    private readonly identities: IdentityRepository,
    private readonly secondFactor: SecondFactorService,
    private readonly issuer: SessionIssuer,
  ) {}

  /** Throws NOTFOUND. */
  offer(): Promise<OidcOfferDto> {
    this.provider.requireOne();
    return Promise.resolve({ name: this.config.OIDC_NAME });
  }

  start(): Promise<OidcStartedDto> {
    return this.flows.begin('login', null);
  }

  async finish(form: OidcCallbackDto, client: Client): Promise<SessionDto> {
    const identity = await this.identify(form, 'login', null);
    const userId = await this.accounts.userFor(identity, client);
    await this.identities.markUsed(identity);
    if (await this.secondFactor.isEnabled(userId)) {
      await this.flows.awaitSecondFactor(form, userId);
      throw new AppError(
        'SECOND_FACTOR_REQUIRED',
        'go on with POST /auth/oidc/second-factor and the code of your authenticator app',
        [{ field: 'code', message: 'is needed' }],
      );
    }
    return this.issuer.open(userId, client);
  }

  /** A wrong code may be corrected; the right one ends the flow. */
  async finishSecondFactor(form: OidcSecondFactorDto, client: Client): Promise<SessionDto> {
    const userId = await this.flows.whoAwaitsSecondFactor(form);
    await this.secondFactor.check(userId, form.code, client);
    await this.flows.take(form, 'second-factor', userId);
    return this.issuer.open(userId, client);
  }

  /** Ends the flow. Throws BAD_REQUEST, AUTH_INVALID or UNAVAILABLE. */
  async identify(form: OidcCallbackDto, kind: 'login' | 'link', userId: number | null): Promise<Identity> {
    const { state, code, iss, error, error_description } = form;
    if (code === undefined && error === undefined) throw badRequest('code', 'is needed');
    const parameters = { state, code, iss, error, error_description };
    return this.provider.identify(parameters, await this.flows.take(form, kind, userId));
  }
}
