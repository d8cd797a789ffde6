import { Injectable } from '@nestjs/common';
import { Logger } from '@app/platform';
import type { SecurityEvent } from './security-event';
import { SecurityEventRepository } from './security-event.repository';

/** What admins can look up afterwards. Written beside the work, never in its way: an entry that cannot be stored is logged instead. */
@Injectable()
export class SecurityLog {
  private readonly logger: Logger;

  constructor(
    private readonly events: SecurityEventRepository,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'SecurityLog' });
  }

  /** Never rejects. */
  async record(event: SecurityEvent): Promise<void> {
    try {
      await this.events.insert(event);
    } catch (error) {
      const { kind, userId, actorId } = event;
      this.logger.error('a security event could not be stored', error, { kind, userId, actorId });
    }
  }
}
