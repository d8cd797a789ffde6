import { Injectable } from '@nestjs/common';
import { notFound, visiblePresence, type PresenceDto, type SeenDto } from '@app/contracts';
import { AccessTokens, ServiceClient } from '@app/platform';
import { UserConfig } from '../config';
import { UsersService } from '../users/users.service';
import { LastSeenRepository } from './last-seen.repository';

const DEADLINE_MS = 2_000;

/** Who is online is for the chat service to know, and what of it others may see as well; when somebody was, is kept here. */
@Injectable()
export class PresenceService {
  private readonly chat: ServiceClient;

  constructor(
    private readonly users: UsersService,
    private readonly lastSeen: LastSeenRepository,
    tokens: AccessTokens,
    config: UserConfig,
  ) {
    this.chat = new ServiceClient(tokens, {
      caller: 'user-service',
      target: 'chat-service',
      urls: config.CHAT_SERVICE_URL,
      deadlineMs: DEADLINE_MS,
    });
  }

  /** Throws NOTFOUND for somebody unknown, UNAVAILABLE when the chat service does not answer. */
  async get(viewerId: number, userId: number): Promise<PresenceDto> {
    const [known] = await this.users.listCards([userId]);
    if (!known) throw notFound('user');
    const body = { viewerId, userIds: [userId] };
    const [presence] = await this.chat.call(visiblePresence, { body, idempotent: true });
    if (!presence) throw notFound('user');
    return presence;
  }

  record(seen: SeenDto[]): Promise<void> {
    return this.lastSeen.record(seen);
  }
}
