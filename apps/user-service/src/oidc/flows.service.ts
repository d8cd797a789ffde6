import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError, type OidcStartedDto } from '@app/contracts';
import { SecretBox } from '../secrets/secret-box';
import { FlowRepository, type FlowKeys, type FlowKind } from './flow.repository';
import { IdentityProvider, type Secrets } from './identity-provider';

const SECRET_BYTES = 32;
/** Seconds at the provider; the clients are told. */
const AT_PROVIDER = 600;
/** Seconds to type in a code. */
const AT_SECOND_FACTOR = 300;
const PURPOSE = 'oidc-flow';

/** As the client shows them. */
export interface Shown {
  state: string;
  browserKey: string;
}

/**
 * Sign-ins that are under way at the provider. Each can be finished once, and only by the browser that began it: who
 * sends somebody else a link with their own code would otherwise sign them in to the wrong account.
 */
@Injectable()
export class FlowsService {
  constructor(
    private readonly flows: FlowRepository,
    private readonly provider: IdentityProvider,
    private readonly secrets: SecretBox,
  ) {}

  async begin(kind: 'login' | 'link', userId: number | null): Promise<OidcStartedDto> {
    const shown = { state: newSecret(), browserKey: newSecret() };
    const secrets = this.provider.newSecrets();
    const url = await this.provider.urlFor(shown.state, secrets);
    await this.flows.insert(keysOf(shown), { kind, userId, secrets: this.seal(shown, secrets) }, AT_PROVIDER);
    return { url, ...shown, expiresIn: AT_PROVIDER };
  }

  /** Ends it. Throws AUTH_INVALID when there is none, or it is another one's. */
  async take(shown: Shown, kind: FlowKind, userId: number | null): Promise<Secrets> {
    this.provider.requireOne();
    const flow = await this.flows.take(keysOf(shown), kind);
    if (flow?.userId !== userId) throw unknownFlow();
    return JSON.parse(this.secrets.open(PURPOSE, shown.state, flow.secrets)) as Secrets;
  }

  /** The same state and key go on to the second factor. */
  async awaitSecondFactor(shown: Shown, userId: number): Promise<void> {
    const nothing = this.seal(shown, {});
    await this.flows.insert(
      keysOf(shown),
      { kind: 'second-factor', userId, secrets: nothing },
      AT_SECOND_FACTOR,
    );
  }

  /** Who only has to show the second factor. Throws AUTH_INVALID. */
  async whoAwaitsSecondFactor(shown: Shown): Promise<number> {
    this.provider.requireOne();
    const userId = await this.flows.findUser(keysOf(shown), 'second-factor');
    if (userId === null) throw unknownFlow();
    return userId;
  }

  private seal({ state }: Shown, secrets: object): Buffer {
    return this.secrets.seal(PURPOSE, state, JSON.stringify(secrets));
  }
}

const newSecret = () => randomBytes(SECRET_BYTES).toString('base64url');
const hashOf = (text: string) => createHash('sha256').update(text).digest();

const keysOf = ({ state, browserKey }: Shown): FlowKeys => ({
  state: hashOf(state),
  browser: hashOf(browserKey),
});

const unknownFlow = () =>
  new AppError(
    'AUTH_INVALID',
    'this sign-in is unknown, used or expired, or another browser has begun it; begin again',
  );
