import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { Logger } from '@app/platform';
import { SecurityLog } from '../audit/security-log.service';
import { UserConfig } from '../config';
import { PasswordHasher } from '../passwords/password-hasher';
import { UsersService } from '../users/users.service';
import { AdminAccountRepository } from './admin-account.repository';

/** Milliseconds until the next try, when the database is away or its tables are not there yet. */
const RETRY_MS = 2_000;

/**
 * A system without an admin gets the one of the settings. Any number of instances may do it at once. One that has an admin
 * is left alone: who was demoted stays demoted when processes start anew.
 */
@Injectable()
export class FirstAdminService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: Logger;
  private readonly stopped = new AbortController();

  constructor(
    private readonly config: UserConfig,
    private readonly admins: AdminAccountRepository,
    private readonly users: UsersService,
    private readonly passwords: PasswordHasher,
    private readonly security: SecurityLog,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'FirstAdmin' });
  }

  onApplicationBootstrap(): void {
    if (this.config.ADMIN_EMAIL !== '') void this.appointSoon();
  }

  beforeApplicationShutdown(): void {
    this.stopped.abort();
  }

  /** Never rejects. */
  private async appointSoon(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        await this.appoint();
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.warn('the first admin has to wait', { reason });
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async appoint(): Promise<void> {
    if (await this.admins.hasAdmin()) return;
    const email = this.config.ADMIN_EMAIL.normalize('NFC');
    const password = this.config.ADMIN_PASSWORD.normalize('NFKC');
    const created = await this.create(email, password);
    const account = await this.admins.findByEmail(email);
    // Anybody can register an address: an account is promoted for its password, not for its name.
    if (!account || !(await this.passwords.verify(account.passwordHash, password))) {
      const problem = account
        ? 'ADMIN_EMAIL has an account with another password'
        : 'ADMIN_USERNAME is taken';
      this.logger.error(`no admin was appointed: ${problem}. Instead: npm run admin -- grant <email>`);
      return;
    }
    const { userId, status } = account;
    if (!(await this.admins.appoint(userId))) return;
    await this.security.record({ kind: 'admin.appointed', userId, details: { by: 'settings', created } });
    this.logger.info('the first admin has been appointed', { userId, created, status });
  }

  /** False when there is one already, or somebody else has the name. */
  private async create(email: string, password: string): Promise<boolean> {
    if (await this.admins.findByEmail(email)) return false;
    const passwordHash = await this.passwords.hash(password);
    // Whoever sets the settings vouches for the address.
    const profile = { fullName: null, avatarUrl: null, phone: null, emailVerifiedAt: new Date() };
    const username = this.config.ADMIN_USERNAME.normalize('NFC');
    return this.users.create({ username, email, passwordHash, ...profile }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'CONFLICT') return false;
        throw error;
      },
    );
  }
}
