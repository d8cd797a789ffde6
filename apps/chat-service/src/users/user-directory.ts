import { Injectable } from '@nestjs/common';
import { badRequest, knownUsers, unavailable, type UserCardDto } from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { ChatConfig } from '../config';

const DEADLINE_MS = 2_000;
const REMEMBERED_NAMES = 100_000;
const USER_SERVICE = 'user-service';

/** What the chat service knows of users: asked of the user service where it must be true, remembered where a name is nice. */
@Injectable()
export class UserDirectory {
  private readonly names = new Map<number, string>();
  private calls = 0;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly config: ChatConfig,
  ) {}

  /** Throws BAD_REQUEST that names `field` when one of the ids is no active user, UNAVAILABLE when nobody can tell. */
  async assertKnown(ids: number[], field: string): Promise<void> {
    if (ids.length === 0) return;
    const known = new Set((await this.ask(ids)).map((user) => user.user_id));
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0)
      throw badRequest(field, `must be ids of existing users; unknown: ${unknown.slice(0, 10).join(', ')}`);
  }

  /** The token says the name; it is at hand for everybody who has sent something. */
  remember(userId: number, name: string): void {
    if (this.names.size >= REMEMBERED_NAMES) this.names.clear();
    this.names.set(userId, name);
  }

  peekName(userId: number): string | undefined {
    return this.names.get(userId);
  }

  async nameOf(userId: number): Promise<string> {
    if (!this.names.has(userId)) {
      for (const user of await this.ask([userId])) this.remember(user.user_id, user.username);
    }
    return this.names.get(userId) ?? 'somebody';
  }

  /** One after the other: an instance that is away fails every second call, not all of them. */
  private nextInstance(): string {
    const urls = this.config.USER_SERVICE_URL;
    return urls[this.calls++ % urls.length] ?? '';
  }

  private async ask(ids: number[]): Promise<UserCardDto[]> {
    const token = await this.tokens.signService('chat-service', USER_SERVICE);
    try {
      const response = await fetch(`${this.nextInstance()}${knownUsers.path}`, {
        method: knownUsers.method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ids }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (!response.ok) throw new Error(`the user service answered ${response.status}`);
      return ((await response.json()) as { data: UserCardDto[] }).data;
    } catch {
      throw unavailable('the user service');
    }
  }
}
