import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  SECURITY_NOTICES,
  securityNoticed,
  type ListSecurityEventsDto,
  type Page,
  type SecurityEventDto,
  type SecurityEventKind,
} from '@app/contracts';
import { Logger } from '@app/platform';
import { UserConfig } from '../config';
import { Housekeeping } from '../housekeeping/housekeeping.service';
import { Outbox } from '../outbox/outbox';
import type { SecurityEvent } from './security-event';
import { toSecurityEventDto } from './security-event.view';
import { SecurityEventRepository } from './security-event.repository';

const DEFAULT_LIMIT = 20;

/** What admins can look up afterwards. Written beside the work, never in its way: an entry that cannot be stored is logged instead. */
@Injectable()
export class SecurityLog implements OnModuleInit {
  private readonly logger: Logger;

  constructor(
    private readonly events: SecurityEventRepository,
    private readonly outbox: Outbox,
    private readonly housekeeping: Housekeeping,
    private readonly config: UserConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'SecurityLog' });
  }

  onModuleInit(): void {
    this.housekeeping.register('security events', (limit) =>
      this.events.removeOlderThan(this.config.SECURITY_LOG_DAYS, limit),
    );
  }

  /** Never rejects. */
  async record(event: SecurityEvent): Promise<void> {
    try {
      await this.store(event);
    } catch (error) {
      const { kind, userId, actorId } = event;
      this.logger.error('a security event could not be stored', error, { kind, userId, actorId });
    }
  }

  /** Whether there is an entry of this kind about the user. */
  knows(userId: number, kind: SecurityEventKind): Promise<boolean> {
    return this.events.exists(userId, kind);
  }

  /** Of some events the owner of the account is told; exactly if they are in the log. */
  private store(event: SecurityEvent): Promise<void> {
    const { kind, userId } = event;
    const notice = SECURITY_NOTICES.find((each) => each === kind);
    if (notice === undefined || userId === null) return this.events.insert(event);
    return this.outbox.transaction(async (transaction, announce) => {
      await this.events.insertWithin(transaction, event);
      const { device } = event.details ?? {};
      const what = { userId, notice, ...(typeof device === 'string' && { device }) };
      await announce(securityNoticed, String(userId), { ...what, at: new Date().toISOString() });
    });
  }

  /** Newest first. */
  async list(query: ListSecurityEventsDto): Promise<Page<SecurityEventDto>> {
    const { limit = DEFAULT_LIMIT, cursor, ...filter } = query;
    const rows = await this.events.list(filter, cursor ?? null, limit + 1);
    const here = rows.slice(0, limit);
    return {
      items: here.map(toSecurityEventDto),
      next: rows.length > limit ? (here.at(-1)?.event_id ?? null) : null,
    };
  }
}
