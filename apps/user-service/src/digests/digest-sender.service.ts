import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  claimDigests,
  pathOf,
  settleDigest,
  takeDigest,
  unsubscribeDigest,
  type DigestClaimDto,
  type DigestDto,
  type DigestOutcome,
  type UserDto,
} from '@app/contracts';
import { AccessTokens, Logger, ServiceClient, Shutdown } from '@app/platform';
import { Counter } from 'prom-client';
import { UserConfig } from '../config';
import { isNotTaken, isRefusedForGood, reasonOf } from '../mail/mail-errors';
import { MailTransport } from '../mail/mail-transport';
import { UsersService } from '../users/users.service';
import { digestMail } from './digest-text';

const AT_ONCE = 5;
const DEADLINE_MS = 10_000;

/** `nothing`: it was read, or unwanted, by then. `unknown`: the mail server has not said whether it took it; it is not sent again. */
type Outcome = DigestOutcome | 'nothing' | 'unknown';

const digests = new Counter({
  name: 'digest_mails_total',
  help: 'Email digests that were due, by what became of them.',
  labelNames: ['outcome'],
});

/**
 * Sends digests of what stayed unread (docs/adr/0027-digests.md), on every instance, if there is a mail server. What they say is asked
 * for at the last moment and kept nowhere here; the address never leaves this service.
 */
@Injectable()
export class DigestSender implements OnApplicationBootstrap {
  private readonly logger: Logger;
  private readonly notifications: ServiceClient;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly config: UserConfig,
    private readonly users: UsersService,
    private readonly transport: MailTransport,
    private readonly shutdown: Shutdown,
    tokens: AccessTokens,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'DigestSender' });
    this.notifications = new ServiceClient(tokens, {
      caller: 'user-service',
      target: 'notification-service',
      urls: config.NOTIFICATION_SERVICE_URL,
      deadlineMs: DEADLINE_MS,
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.SMTP_URL === '') return;
    this.shutdown.register('finish-work', 'digests', () => this.stop());
    this.next();
  }

  private next(): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      this.round = this.work()
        .catch((error: unknown) => this.complain('digests could not be looked for', error))
        .finally(() => this.next());
    }, this.config.DIGEST_POLL_MS);
  }

  /** What is being sent is waited for; the rest is another instance's, or comes after the next start. */
  private async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private async work(): Promise<void> {
    for (let more = true; more && !this.stopping;) {
      const due = await this.notifications.call(claimDigests, { body: { limit: AT_ONCE } });
      ({ more } = due);
      if (due.claims.length === 0) continue;
      // What nobody takes can be claimed again a while later. Taken, it would have been told to nobody.
      await this.transport.knock();
      await Promise.all(due.claims.map((claim) => this.deliver(claim)));
    }
  }

  private async deliver(claim: DigestClaimDto): Promise<void> {
    try {
      const outcome = await this.send(claim);
      digests.inc({ outcome });
      if (outcome === 'nothing' || outcome === 'unknown') return;
      await this.notifications.call(settleDigest, { body: { ...claim, outcome }, idempotent: true });
    } catch (error) {
      this.complain('a digest could not be looked after', error, claim.userId);
    }
  }

  private async send(claim: DigestClaimDto): Promise<Outcome> {
    const user = (await this.users.findAccount(claim.userId))?.user;
    if (user?.status !== 'active' || !user.email_verified) return 'skipped';
    const { digest } = await this.notifications.call(takeDigest, { body: claim });
    if (digest === null) return 'nothing';
    try {
      await this.transport.send(this.mailTo(user, claim, digest));
      return 'sent';
    } catch (error) {
      this.complain('a digest could not be sent', error, user.user_id);
      if (isRefusedForGood(error)) return 'refused';
      return isNotTaken(error) ? 'later' : 'unknown';
    }
  }

  private mailTo({ username, email }: UserDto, { claim }: DigestClaimDto, digest: DigestDto) {
    const { unsubscribeToken: token, total, more, entries } = digest;
    const unsubscribeUrl = this.config.apiUrl + pathOf(unsubscribeDigest, { params: { token } });
    return {
      ...{ mailId: claim, kind: 'digest', to: { name: username, address: email }, unsubscribeUrl },
      ...digestMail({ username, appUrl: this.config.APP_URL, unsubscribeUrl, total, more, entries }),
    };
  }

  private complain(message: string, error: unknown, userId?: number): void {
    this.logger.warn(message, { userId, reason: reasonOf(error) || nameOf(error) });
  }
}

/** No text of a mail server: it repeats addresses. */
const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown');
