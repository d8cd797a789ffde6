import { sessionExample } from '../auth/auth.contracts';
import { SessionDto } from '../auth/auth.dto';
import { listOf, one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  FinishOidcDto,
  OidcCallbackDto,
  OidcIdentityDto,
  OidcIdentityPathDto,
  OidcOfferDto,
  OidcSecondFactorDto,
  OidcStartedDto,
  StartOidcLinkDto,
} from './oidc.dto';

const state = 'af0ifjsldkj_q6yG0vXQ2l3mB7n4sR9tK1wZ8cE5aH0';
const browserKey = 'S6BhdRkqt3_7Fjfp0ZBr1KtDRbnfVdmIw4Y9uCeXaLs';

const startedExample: OidcStartedDto = {
  url: `https://login.example.com/auth?client_id=chat&response_type=code&state=${state}`,
  state,
  browserKey,
  expiresIn: 600,
};

const callbackExample = {
  state,
  browserKey,
  code: 'SplxlOBeZQQYbYS6WxSbIA',
  iss: 'https://login.example.com',
};

const identityExample: OidcIdentityDto = {
  id: 1,
  issuer: 'https://login.example.com',
  linked_at: '2026-01-01T00:00:00.000Z',
  last_used: null,
};

export const getOidc = route('GET /auth/oidc', {
  tag: 'auth',
  summary:
    'The provider that people can sign in with (OpenID Connect). NOTFOUND when there is none, here and below.',
  access: 'public',
  result: one(OidcOfferDto),
  errors: ['NOTFOUND'],
  example: { result: { name: 'Example' } },
});

export const startOidc = route('POST /auth/oidc/start', {
  tag: 'auth',
  summary:
    'Begin to sign in at the provider: keep `browserKey`, send the browser to `url`. It comes back to the redirect address with the parameters for POST /auth/oidc/callback.',
  access: 'public',
  result: one(OidcStartedDto),
  errors: ['NOTFOUND'],
  example: { result: startedExample },
});

export const finishOidc = route('POST /auth/oidc/callback', {
  tag: 'auth',
  summary:
    'Sign in with what the provider said. An unknown identity is linked to the account with the same confirmed address, or gets a new account. FORBIDDEN: the provider has not confirmed the address. CONFLICT: nobody has confirmed it here. SECOND_FACTOR_REQUIRED: go on with POST /auth/oidc/second-factor.',
  access: 'public',
  body: FinishOidcDto,
  result: one(SessionDto),
  errors: ['AUTH_INVALID', 'SECOND_FACTOR_REQUIRED', 'FORBIDDEN', 'NOTFOUND', 'CONFLICT'],
  example: { body: callbackExample, result: sessionExample },
});

export const finishOidcSecondFactor = route('POST /auth/oidc/second-factor', {
  tag: 'auth',
  summary: 'Complete a sign-in at the provider with the code of the second factor, within five minutes.',
  access: 'public',
  body: OidcSecondFactorDto,
  result: one(SessionDto),
  errors: ['AUTH_INVALID', 'NOTFOUND'],
  example: { body: { state, browserKey, code: '492039' }, result: sessionExample },
});

export const startOidcLink = route('POST /auth/oidc/link', {
  tag: 'auth',
  summary:
    'Begin to link an identity at the provider to the account of the caller. CONFLICT when the account has no password: set one first, by POST /auth/forgot-password; and while its email address is not confirmed.',
  access: 'user',
  body: StartOidcLinkDto,
  result: one(OidcStartedDto),
  errors: ['NOTFOUND', 'CONFLICT'],
  example: { body: { password: 'correct horse battery' }, result: startedExample },
});

export const finishOidcLink = route('POST /auth/oidc/link/callback', {
  tag: 'auth',
  summary: 'Link what the provider said. CONFLICT when the identity is linked to another account.',
  access: 'user',
  body: OidcCallbackDto,
  result: one(OidcIdentityDto),
  errors: ['AUTH_INVALID', 'NOTFOUND', 'CONFLICT'],
  example: { body: callbackExample, result: identityExample },
});

export const listOidcIdentities = route('GET /auth/oidc/identities', {
  tag: 'auth',
  summary: 'The identities at the provider that open the account of the caller.',
  access: 'user',
  result: listOf(OidcIdentityDto),
  example: { result: [identityExample] },
});

export const removeOidcIdentity = route('DELETE /auth/oidc/identities/:id', {
  tag: 'auth',
  summary: 'Unlink an identity. CONFLICT when it is the last way into the account.',
  access: 'user',
  params: OidcIdentityPathDto,
  result: one(EmptyDto),
  errors: ['CONFLICT'],
  example: { result: {} },
});
