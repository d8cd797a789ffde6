import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { UserConfig } from '../config';
import { UsersService } from '../users/users.service';
import { isRefusedForGood, reasonOf } from './mail-errors';
import type { MailKind } from './mail-queue';
import { mailText } from './mail-texts';
import type { TokenKind } from './mail-tokens';
import { MailTransport } from './mail-transport';
import { MailRepository, type QueuedMail } from './mail.repository';

/** Also the longest that a mail waits for its turn. Nobody is told of a new one: what a request caused cannot be timed. */
const EVERY_MS = 1_000;
const AWAY_MS = 5_000;
const AT_ONCE = 5;
/** With the pauses of the repository: half a day. */
const MAX_ATTEMPTS = 16;
const CLEAN_EVERY_MS = 600_000;

/** Sends what is queued, on every instance; each mail by one of them at a time, until it is sent or hopeless. */
@Injectable()
export class MailSender implements OnApplicationBootstrap {
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopping = false;
  private cleanedAt = 0;

  constructor(
    private readonly config: UserConfig,
    private readonly mails: MailRepository,
    private readonly transport: MailTransport,
    private readonly users: UsersService,
    private readonly shutdown: Shutdown,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'MailSender' });
  }

  onApplicationBootstrap(): void {
    this.shutdown.register('finish-work', 'mails', () => this.stop());
    this.next(EVERY_MS);
  }

  private next(afterMs: number): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      this.round = this.work().then(
        () => this.next(EVERY_MS),
        (error: unknown) => {
          this.logger.warn('mails could not be looked for', { reason: String(error) });
          this.next(AWAY_MS);
        },
      );
    }, afterMs);
  }

  /** What is being sent is waited for; what is not, another instance or the next start sends. */
  private async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private async work(): Promise<void> {
    for (let claimed = AT_ONCE; claimed === AT_ONCE && !this.stopping;) {
      const due = await this.mails.claim(AT_ONCE);
      await Promise.all(due.map((mail) => this.deliver(mail)));
      claimed = due.length;
    }
    if (Date.now() - this.cleanedAt < CLEAN_EVERY_MS) return;
    this.cleanedAt = Date.now();
    await this.mails.removeExpiredTokens();
  }

  private async deliver(mail: QueuedMail): Promise<void> {
    const { mailId, kind, attempts } = mail;
    try {
      await this.send(mail);
    } catch (error) {
      const fields = { mailId, kind, attempts, reason: reasonOf(error) };
      if (attempts < MAX_ATTEMPTS && !isRefusedForGood(error)) {
        this.logger.warn('a mail could not be sent and will be tried again', fields);
        return;
      }
      this.logger.error('a mail could not be sent and was given up', fields);
    }
    await this.mails.remove(mailId);
  }

  /** Nothing is sent when it is pointless by now: nobody has the address, or it is confirmed already. */
  private async send({ mailId, kind, userId }: QueuedMail): Promise<void> {
    const user = userId === null ? undefined : (await this.users.findAccount(userId))?.user;
    if (user?.status !== 'active' || (kind === 'verify-email' && user.email_verified)) return;
    const { username, email } = user;
    const secret = await this.secretFor(kind, user.user_id, email);
    if (secret === null) return;
    const { subject, text } = mailText(kind, { username, appUrl: this.config.APP_URL, ...secret });
    await this.transport.send({ mailId, kind, to: { name: username, address: email }, subject, text });
  }

  /** Made at the last moment: until then there is nothing to steal. Null when the account has gone meanwhile. */
  private async secretFor(kind: MailKind, userId: number, email: string) {
    if (kind !== 'verify-email' && kind !== 'reset-password') return {};
    const ttlSeconds = this.ttlOf(kind);
    const token = await this.mails.issueToken({ userId, kind, email, ttlSeconds });
    return token === null ? null : { token, ttlSeconds };
  }

  private ttlOf(kind: TokenKind): number {
    return kind === 'verify-email' ? this.config.VERIFY_EMAIL_TTL : this.config.RESET_PASSWORD_TTL;
  }
}
