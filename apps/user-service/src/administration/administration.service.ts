import { Injectable } from '@nestjs/common';
import {
  AppError,
  notFound,
  type AdminUserDto,
  type SecurityEventKind,
  type UserRolesDto,
} from '@app/contracts';
import { SecurityLog } from '../audit/security-log.service';
import type { SecurityEvent } from '../audit/security-event';
import type { Actor } from '../roles/roles.service';
import { isBuiltIn } from '../roles/role.view';
import { Outbox, type Announce, type Transaction } from '../outbox/outbox';
import { SessionsService } from '../sessions/sessions.service';
import { UsersService } from '../users/users.service';
import type { Standing } from './standing';
import { StandingRepository } from './standing.repository';

const MEMBER = 'member';
const ADMIN = 'admin';

/** What admins do to users. Each of it stands in the security log. There is always an admin left, and nobody locks themself out. */
@Injectable()
export class AdministrationService {
  constructor(
    private readonly standings: StandingRepository,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
    private readonly security: SecurityLog,
  ) {}

  /** All sessions end with it. Throws NOTFOUND, or CONFLICT for oneself and for the last admin. */
  async suspend(actor: Actor, userId: number, reason = ''): Promise<AdminUserDto> {
    if (actor.user.userId === userId) throw conflict('you cannot suspend yourself');
    const before = await this.change(userId, async (standing, transaction, announce) => {
      if (standing.isLastAdmin) throw lastAdmin();
      await this.standings.setStatus(transaction, userId, 'suspended');
      await this.sessions.endAllWithin(transaction, announce, userId, 'suspended');
    });
    return this.settled(actor, userId, before, 'account.suspended', { reason });
  }

  /** Throws NOTFOUND. */
  async activate(actor: Actor, userId: number): Promise<AdminUserDto> {
    const before = await this.change(userId, (_standing, transaction) =>
      this.standings.setStatus(transaction, userId, 'active'),
    );
    return this.settled(actor, userId, before, 'account.activated');
  }

  /** Throws NOTFOUND. */
  async rolesOf(userId: number): Promise<UserRolesDto> {
    const roles = await this.standings.findRoles(userId);
    if (!roles) throw notFound('user');
    return { roles };
  }

  /** Throws NOTFOUND, BAD_REQUEST for a role that does not exist, or CONFLICT when nobody or not the caller would be admin. */
  setRoles(actor: Actor, userId: number, names: string[]): Promise<UserRolesDto> {
    const wanted = [...new Set([...names, MEMBER])].sort();
    return this.changeRoles(actor, userId, () => wanted);
  }

  /** Like `setRoles`. Throws NOTFOUND also when the user does not have the role. */
  removeRole(actor: Actor, userId: number, name: string): Promise<UserRolesDto> {
    if (name === MEMBER) return Promise.reject(conflict(`every account is a ${MEMBER}`));
    return this.changeRoles(actor, userId, (current) => {
      if (!current.includes(name)) throw notFound('role');
      return current.filter((other) => other !== name);
    });
  }

  private async changeRoles(
    actor: Actor,
    userId: number,
    choose: (current: string[]) => string[],
  ): Promise<UserRolesDto> {
    let roles: string[] = [];
    const before = await this.change(userId, async (standing, transaction, announce) => {
      roles = choose(standing.roles);
      const lost = standing.roles.filter((name) => !roles.includes(name));
      if (lost.includes(ADMIN) && userId === actor.user.userId) throw conflict('you cannot demote yourself');
      if (lost.includes(ADMIN) && standing.isLastAdmin) throw lastAdmin();
      const unknown = await this.standings.setRoles(transaction, userId, roles);
      if (unknown.length > 0) throw noSuchRoles(unknown);
      // Access tokens carry roles to the other services: those that carry too much must go.
      if (lost.some(isBuiltIn)) await this.sessions.endAllWithin(transaction, announce, userId, 'revoked');
    });
    const added = roles.filter((name) => !before.roles.includes(name));
    const removed = before.roles.filter((name) => !roles.includes(name));
    if (added.length + removed.length > 0) {
      const details = { added: added.join(', '), removed: removed.join(', ') };
      await this.record(actor, userId, 'roles.changed', details);
    }
    return { roles };
  }

  /** The standing before the change. All or nothing. Throws NOTFOUND, or what `work` throws. */
  private change(
    userId: number,
    work: (standing: Standing, transaction: Transaction, announce: Announce) => Promise<void>,
  ): Promise<Standing> {
    return this.outbox.transaction(async (transaction, announce) => {
      const standing = await this.standings.lock(transaction, userId);
      if (!standing) throw notFound('user');
      await work(standing, transaction, announce);
      return standing;
    });
  }

  /** The user after the change, which is recorded if it was one. */
  private async settled(
    actor: Actor,
    userId: number,
    before: Standing,
    kind: SecurityEventKind,
    details?: SecurityEvent['details'],
  ): Promise<AdminUserDto> {
    const user = await this.users.getForAdmin(userId);
    if (user.status !== before.status) await this.record(actor, userId, kind, details);
    return user;
  }

  private record(
    { user, client }: Actor,
    userId: number,
    kind: SecurityEventKind,
    details?: SecurityEvent['details'],
  ): Promise<void> {
    return this.security.record({ kind, userId, actorId: user.userId, client, details });
  }
}

const conflict = (message: string) => new AppError('CONFLICT', message);
const lastAdmin = () => conflict('this is the last admin');

const noSuchRoles = (names: string[]) =>
  new AppError('BAD_REQUEST', `there is no role ${names.join(', ')}`, [
    { field: 'roles', message: `must be roles that exist; ${names.join(', ')} is none` },
  ]);
