import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  notFound,
  userDeletedEvent,
  type DeleteMeDto,
  type ListDeletedDto,
  type Page,
  type UserDeletedDto,
} from '@app/contracts';
import type { Principal } from '@app/platform';
import { lockStanding } from '../administration/standing';
import { SecurityLog } from '../audit/security-log.service';
import { Outbox } from '../outbox/outbox';
import { PasswordProof } from '../second-factor/password-proof.service';
import { SecondFactorService } from '../second-factor/second-factor.service';
import { SessionsService } from '../sessions/sessions.service';
import { AccountRepository, type DeletedPlace } from './account.repository';

const DELETED_PAGE = 1_000;

interface Client {
  ip: string;
  userAgent: string;
}

/** The end of accounts (docs/adr/0016-deletion-and-export.md). */
@Injectable()
export class AccountService {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionsService,
    private readonly password: PasswordProof,
    private readonly secondFactor: SecondFactorService,
    private readonly outbox: Outbox,
    private readonly security: SecurityLog,
  ) {}

  /** Throws BAD_REQUEST naming the password or the code, SECOND_FACTOR_REQUIRED, RATE_LIMITED, CONFLICT for the last admin. */
  async deleteOwn({ userId }: Principal, proof: DeleteMeDto, client: Client): Promise<void> {
    await this.confirm(userId, proof, client);
    if (await this.remove(userId)) await this.security.record({ kind: 'account.deleted', userId });
  }

  /** By an admin. Throws NOTFOUND, CONFLICT for the last admin. */
  async delete({ userId: actorId }: Principal, userId: number): Promise<void> {
    if (!(await this.remove(userId))) throw notFound('user');
    // Without the admin's address: it says nothing about an account that is gone.
    await this.security.record({ kind: 'account.deleted', userId, actorId });
  }

  /** For services that may have missed a deletion. */
  async listDeleted({ since, cursor }: ListDeletedDto): Promise<Page<UserDeletedDto>> {
    const after = cursor === undefined ? null : placeOf(cursor);
    const found = await this.accounts.listDeleted(new Date(since ?? 0), after, DELETED_PAGE);
    const last = found.at(-1);
    return {
      items: found.map(({ userId, at }) => ({ userId, at: at.toISOString() })),
      next: last && found.length === DELETED_PAGE ? `${last.at.getTime()}.${last.userId}` : null,
    };
  }

  /** False when there is no such account (any more). All or nothing; other services are told as soon as it is done. */
  private remove(userId: number): Promise<boolean> {
    return this.outbox.transaction(async (transaction, announce) => {
      // Sign-ins and other changes of the account wait from here on.
      const standing = await lockStanding(transaction, userId);
      if (!standing) return false;
      if (standing.isLastAdmin) throw new AppError('CONFLICT', 'the last admin cannot be deleted');
      await this.sessions.endAllWithin(transaction, announce, userId, 'deleted');
      const at = await this.accounts.entomb(transaction, userId);
      await announce(userDeletedEvent, String(userId), { userId, at: at.toISOString() });
      return true;
    });
  }

  /** A session may be stolen: it is not enough. */
  private async confirm(userId: number, { password, code }: DeleteMeDto, client: Client): Promise<void> {
    await this.password.require(userId, password);
    await this.secondFactor.check(userId, code, client).catch((error: unknown) => {
      // AUTH_INVALID would say that the session is over.
      const wrong = error instanceof AppError && error.code === 'AUTH_INVALID';
      throw wrong ? badRequest('code', 'is wrong, or was used already') : error;
    });
  }
}

function placeOf(cursor: string): DeletedPlace {
  const [, at, userId] = /^(\d{1,15})\.(\d{1,9})$/.exec(cursor) ?? [];
  if (at === undefined || userId === undefined)
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  return { at: new Date(Number(at)), userId: Number(userId) };
}
