import { Injectable } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { SecurityLog } from '../audit/security-log.service';
import { noPassword } from '../passwords/no-password';
import { UsersService } from '../users/users.service';
import type { Identity } from './identity';
import { IdentityRepository, type Owner } from './identity.repository';
import { usernameCandidates } from './username';

interface Client {
  ip: string;
  userAgent: string;
}

/** Which account an identity opens. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly identities: IdentityRepository,
    private readonly users: UsersService,
    private readonly log: SecurityLog,
  ) {}

  /**
   * The known one; else the one with the same address, if both sides have confirmed it; else a new one.
   * Throws AUTH_INVALID for an account that may not be used, FORBIDDEN and CONFLICT for addresses that are not confirmed.
   */
  async userFor(identity: Identity, client: Client): Promise<number> {
    const known = await this.identities.findOwner(identity);
    if (known) return activeOnly(known);
    if (identity.email === null) {
      throw new AppError(
        'FORBIDDEN',
        'the provider has not confirmed your email address; do that there first',
      );
    }
    const owner = await this.identities.findByEmail(identity.email);
    if (owner) return this.adopt(identity, owner, client);
    const userId = await this.open(identity, identity.email, client);
    // Somebody was faster with the address: now there is an account to look at.
    return userId ?? this.userFor(identity, client);
  }

  private async adopt(identity: Identity, owner: Owner, client: Client): Promise<number> {
    // Whoever opened an account with an address that was not theirs would wait in it for its owner.
    if (!owner.emailVerified) {
      await this.log.record({ kind: 'identity.refused', userId: owner.userId, client });
      throw new AppError(
        'CONFLICT',
        'there is an account with your email address, but nobody has confirmed that address; sign in to it by password and confirm the address, or set a new password by POST /auth/forgot-password',
      );
    }
    const userId = activeOnly(owner);
    return this.link(identity, userId, client, true);
  }

  /** Null when the address is taken by now. */
  private async open(identity: Identity, email: string, client: Client): Promise<number | null> {
    for (const username of usernameCandidates(identity.username, email)) {
      try {
        const { user_id: userId } = await this.users.create({
          username,
          email,
          emailVerifiedAt: new Date(),
          passwordHash: noPassword(),
          fullName: identity.fullName,
          avatarUrl: null,
          phone: null,
        });
        await this.log.record({ kind: 'account.registered', userId, client, details: { oidc: true } });
        return await this.link(identity, userId, client, false);
      } catch (error) {
        const taken = takenField(error);
        if (taken === 'email') return null;
        if (taken !== 'username') throw error;
      }
    }
    throw new AppError('CONFLICT', 'no username is free, try again');
  }

  /** The owner afterwards: of several who link the same identity at once, the first. */
  private async link(identity: Identity, userId: number, client: Client, tell: boolean): Promise<number> {
    if (await this.identities.insert(identity, userId, tell)) {
      await this.log.record({
        kind: 'identity.linked',
        userId,
        client,
        details: { issuer: identity.issuer },
      });
      return userId;
    }
    const owner = await this.identities.findOwner(identity);
    return owner ? activeOnly(owner) : userId;
  }
}

/** Throws AUTH_INVALID. */
function activeOnly({ userId, status }: Owner): number {
  if (status !== 'active') throw new AppError('AUTH_INVALID', 'this account cannot be used');
  return userId;
}

const takenField = (error: unknown) =>
  error instanceof AppError && error.code === 'CONFLICT' ? error.details?.[0]?.field : undefined;
