import { Injectable } from '@nestjs/common';
import {
  AppError,
  notFound,
  type OidcCallbackDto,
  type OidcIdentityDto,
  type OidcStartedDto,
} from '@app/contracts';
import type { Principal } from '@app/platform';
import { SecurityLog } from '../audit/security-log.service';
import { isNoPassword } from '../passwords/no-password';
import { PasswordProof } from '../second-factor/password-proof.service';
import { FlowsService } from './flows.service';
import { IdentityRepository, type StoredIdentity } from './identity.repository';
import { IdentityProvider } from './identity-provider';
import { OidcService } from './oidc.service';

interface Client {
  ip: string;
  userAgent: string;
}

/** Identities of somebody who is signed in. */
@Injectable()
export class LinksService {
  constructor(
    private readonly flows: FlowsService,
    private readonly provider: IdentityProvider,
    private readonly oidc: OidcService,
    private readonly identities: IdentityRepository,
    private readonly password: PasswordProof,
    private readonly log: SecurityLog,
  ) {}

  /** Asks for the password: who has stolen a session would otherwise make a door of their own. */
  async start({ userId }: Principal, password: string): Promise<OidcStartedDto> {
    this.provider.requireOne();
    await this.password.require(userId, password);
    await this.requireConfirmedEmail(userId);
    return this.flows.begin('link', userId);
  }

  async finish({ userId }: Principal, form: OidcCallbackDto, client: Client): Promise<OidcIdentityDto> {
    await this.requireConfirmedEmail(userId);
    const identity = await this.oidc.identify(form, 'link', userId);
    const linked = await this.identities.insert(identity, userId, true);
    if (!linked) throw new AppError('CONFLICT', 'this identity is linked to an account already');
    await this.log.record({ kind: 'identity.linked', userId, client, details: { issuer: identity.issuer } });
    return toDto(linked);
  }

  async list({ userId }: Principal): Promise<OidcIdentityDto[]> {
    return (await this.identities.list(userId)).map(toDto);
  }

  /** Throws NOTFOUND, or CONFLICT for the last way into the account. */
  async remove({ userId }: Principal, id: string, client: Client): Promise<void> {
    const outcome = await this.identities.remove(userId, Number(id), (hash) => !isNoPassword(hash));
    if (outcome === 'unknown') throw notFound('identity');
    if (outcome === 'last') {
      throw new AppError(
        'CONFLICT',
        'this is the only way into your account; set a password first, by POST /auth/forgot-password',
      );
    }
    await this.log.record({ kind: 'identity.unlinked', userId, client });
  }

  /** Whoever opened an account with an address that is not theirs would keep a door to it. */
  private async requireConfirmedEmail(userId: number): Promise<void> {
    if (await this.identities.hasConfirmedEmail(userId)) return;
    throw new AppError(
      'CONFLICT',
      'confirm your email address first; POST /auth/resend-verification mails you how',
    );
  }
}

const toDto = ({ id, issuer, linkedAt, lastUsed }: StoredIdentity): OidcIdentityDto => ({
  id,
  issuer,
  linked_at: linkedAt.toISOString(),
  last_used: lastUsed?.toISOString() ?? null,
});
