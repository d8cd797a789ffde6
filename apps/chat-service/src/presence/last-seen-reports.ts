import { Injectable } from '@nestjs/common';
import { recordSeen } from '@app/contracts';
import { AccessTokens, Logger, ServiceClient } from '@app/platform';
import { ChatConfig } from '../config';

const INTERVAL_MS = 3_000;
const DEADLINE_MS = 2_000;
const USERS_PER_CALL = 1_000;

/** Tells the user service when users were last here: many at once, every few seconds, again and again until it has heard. */
@Injectable()
export class LastSeenReports {
  private readonly users: ServiceClient;
  private pending = new Map<number, number>();
  private timer: NodeJS.Timeout | undefined;
  private behind = false;

  constructor(
    tokens: AccessTokens,
    config: ChatConfig,
    private readonly logger: Logger,
  ) {
    this.users = new ServiceClient(tokens, {
      caller: 'chat-service',
      target: 'user-service',
      urls: config.USER_SERVICE_URL,
      deadlineMs: DEADLINE_MS,
    });
  }

  add(userId: number, at: number): void {
    this.pending.set(userId, Math.max(at, this.pending.get(userId) ?? 0));
    this.timer ??= setTimeout(() => void this.flush(), INTERVAL_MS).unref();
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const entries = [...this.pending];
    this.pending = new Map();
    for (let from = 0; from < entries.length; from += USERS_PER_CALL) {
      const batch = entries.slice(from, from + USERS_PER_CALL);
      const seen = batch.map(([userId, at]) => ({ userId, at: new Date(at).toISOString() }));
      try {
        await this.users.call(recordSeen, { body: { seen }, idempotent: true });
        this.behind = false;
      } catch (error) {
        if (!this.behind)
          this.logger.warn('the user service is not told when users were last seen', { err: error });
        this.behind = true;
        for (const [userId, at] of entries.slice(from)) this.add(userId, at);
        return;
      }
    }
  }
}
