import { Injectable } from '@nestjs/common';
import { badRequest, knownUsers, type UserCardDto } from '@app/contracts';
import { AccessTokens, ServiceClient } from '@app/platform';
import { ChatConfig } from '../config';

const DEADLINE_MS = 2_000;
const REMEMBERED_NAMES = 100_000;

/** What the chat service knows of users: asked of the user service where it must be true, remembered where a name is nice. */
@Injectable()
export class UserDirectory {
  private readonly names = new Map<number, string>();
  private readonly users: ServiceClient;

  constructor(tokens: AccessTokens, config: ChatConfig) {
    this.users = new ServiceClient(tokens, {
      caller: 'chat-service',
      target: 'user-service',
      urls: config.USER_SERVICE_URL,
      deadlineMs: DEADLINE_MS,
    });
  }

  /** Throws BAD_REQUEST that names `field` when one of the ids is no active user, UNAVAILABLE when nobody can tell. */
  async assertKnown(ids: number[], field: string): Promise<void> {
    if (ids.length === 0) return;
    const known = new Set((await this.cardsOf(ids)).map((user) => user.user_id));
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0)
      throw badRequest(field, `must be ids of existing users; unknown: ${unknown.slice(0, 10).join(', ')}`);
  }

  /** The token says the name; it is at hand for everybody who has sent something. */
  remember(userId: number, name: string): void {
    if (this.names.size >= REMEMBERED_NAMES) this.names.clear();
    this.names.set(userId, name);
  }

  /** They are gone, and so is their name. */
  forget(userId: number): void {
    this.names.delete(userId);
  }

  peekName(userId: number): string | undefined {
    return this.names.get(userId);
  }

  async nameOf(userId: number): Promise<string> {
    if (!this.names.has(userId)) {
      for (const user of await this.cardsOf([userId])) this.remember(user.user_id, user.username);
    }
    return this.names.get(userId) ?? 'somebody';
  }

  /** Of those who are there. Throws UNAVAILABLE when nobody can tell. */
  cardsOf(ids: number[]): Promise<UserCardDto[]> {
    return this.users.call(knownUsers, { body: { ids }, idempotent: true });
  }
}
