import { Injectable } from '@nestjs/common';
import { blockFor, unblockFor, type BlockedUserDto } from '@app/contracts';
import { AccessTokens, ServiceClient } from '@app/platform';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';

const DEADLINE_MS = 2_000;

/** Blocks are the user service's: it is told, and what it then says to everybody puts them in force here. */
@Injectable()
export class BlocksService {
  private readonly users: ServiceClient;

  constructor(tokens: AccessTokens, config: ChatConfig) {
    this.users = new ServiceClient(tokens, {
      caller: 'chat-service',
      target: 'user-service',
      urls: config.USER_SERVICE_URL,
      deadlineMs: DEADLINE_MS,
    });
  }

  block({ userId }: Caller, blockedId: number): Promise<BlockedUserDto> {
    return this.users.call(blockFor, { body: { userId, blockedId }, idempotent: true });
  }

  async unblock({ userId }: Caller, blockedId: number): Promise<void> {
    await this.users.call(unblockFor, { body: { userId, blockedId }, idempotent: true });
  }
}
