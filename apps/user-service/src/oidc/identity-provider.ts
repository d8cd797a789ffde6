import { Injectable } from '@nestjs/common';
import { AppError, notFound, type OidcCallbackDto } from '@app/contracts';
import { Logger } from '@app/platform';
import * as oidc from 'openid-client';
import { UserConfig } from '../config';
import { identityOf, joinClaims, type Identity } from './identity';

/** What one sign-in has to come back with. */
export interface Secrets {
  nonce: string;
  verifier: string;
}

/**
 * The OpenID provider, by authorization code with PKCE. What it is able to do is asked when somebody wants to sign in,
 * and again until it answers: a provider that is away keeps nobody but its own users out.
 */
@Injectable()
export class IdentityProvider {
  private readonly logger: Logger;
  private discovering: Promise<oidc.Configuration> | undefined;

  constructor(
    private readonly config: UserConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'IdentityProvider' });
  }

  /** Throws NOTFOUND when there is none. */
  requireOne(): void {
    if (this.config.OIDC_ISSUER === '') throw notFound('sign-in by OpenID Connect');
  }

  newSecrets(): Secrets {
    return { nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
  }

  /** Where the browser has to go. Throws NOTFOUND or UNAVAILABLE. */
  async urlFor(state: string, { nonce, verifier }: Secrets): Promise<string> {
    const provider = await this.discover();
    return oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.config.oidcRedirectUri,
      scope: this.config.OIDC_SCOPES,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    }).href;
  }

  /** Who the provider says it was. Throws AUTH_INVALID or UNAVAILABLE. */
  async identify(parameters: Omit<OidcCallbackDto, 'browserKey'>, expected: Secrets): Promise<Identity> {
    const provider = await this.discover();
    try {
      const tokens = await oidc.authorizationCodeGrant(provider, this.returnUrl(parameters), {
        pkceCodeVerifier: expected.verifier,
        expectedNonce: expected.nonce,
        expectedState: parameters.state,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new TypeError('no ID token');
      const details = provider.serverMetadata().userinfo_endpoint
        ? await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)
        : {};
      return identityOf(claims.iss, claims.sub, joinClaims(claims, details));
    } catch (error) {
      this.logger.warn('a sign-in at the provider failed', { reason: reasonOf(error) });
      throw isAway(error)
        ? providerAway()
        : new AppError('AUTH_INVALID', 'the provider did not confirm the sign-in, begin again');
    }
  }

  private async discover(): Promise<oidc.Configuration> {
    this.requireOne();
    this.discovering ??= this.askProvider();
    try {
      return await this.discovering;
    } catch (error) {
      this.discovering = undefined;
      this.logger.warn('the OpenID provider is away', { reason: reasonOf(error) });
      throw providerAway();
    }
  }

  private askProvider(): Promise<oidc.Configuration> {
    const {
      OIDC_ISSUER,
      OIDC_CLIENT_ID,
      OIDC_CLIENT_SECRET: secret,
      OIDC_TIMEOUT,
      isProduction,
    } = this.config;
    return oidc.discovery(
      new URL(OIDC_ISSUER),
      OIDC_CLIENT_ID,
      undefined,
      secret === '' ? oidc.None() : oidc.ClientSecretBasic(secret),
      {
        timeout: OIDC_TIMEOUT,
        [oidc.customFetch]: reach,
        // Without the second, whoever answers for the token endpoint could sign in as anybody.
        execute: [...(isProduction ? [] : [allowPlainHttp]), oidc.enableNonRepudiationChecks],
      },
    );
  }

  /** The address to which the browser came back, as the client's page had it. */
  private returnUrl(parameters: object): URL {
    const url = new URL(this.config.oidcRedirectUri);
    for (const [name, value] of Object.entries(parameters) as [string, string | undefined][])
      if (value !== undefined) url.searchParams.set(name, value);
    return url;
  }
}

/** For providers on loopback, which have no certificates. Its authors call it deprecated so that nobody overlooks it. */
const allowPlainHttp: (config: oidc.Configuration) => void = Reflect.get(oidc, 'allowInsecureRequests');

const SERVER_FAULT = 500;

/** The provider could not answer, as opposed to: it said no. */
class Unreachable extends Error {}

const reach: oidc.CustomFetch = async (url, options) => {
  const response = await fetch(url, options as RequestInit).catch((error: unknown) => {
    throw new Unreachable('no answer', { cause: error });
  });
  if (response.status >= SERVER_FAULT) throw new Unreachable(`status ${response.status}`);
  return response;
};

const isAway = (error: unknown) => error instanceof Error && error.cause instanceof Unreachable;

/** Neither codes nor tokens are part of these texts. */
function reasonOf(error: unknown): string {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError)
    return error.error;
  if (isAway(error)) return 'unreachable';
  if (error instanceof oidc.ClientError) return error.code ?? error.message;
  return error instanceof Error ? error.name : 'unknown';
}

const providerAway = () =>
  new AppError(
    'UNAVAILABLE',
    'the provider does not answer, try again or sign in by password',
    undefined,
    5_000,
  );
