import { Injectable } from '@nestjs/common';
import { usersByName } from '@app/contracts';
import { AccessTokens, FreshCache, ServiceClient } from '@app/platform';
import { ChatConfig } from '../config';
import { toKey } from '../mentions/mentions-in';

/** Somebody who has just taken a name is found after this time at the latest. */
const LIFETIME_MS = 60_000;
const CACHED_NAMES = 50_000;
/** Of a call. */
const NAMES_AT_ONCE = 200;
/** A user service that did not answer is left alone for so long: nobody's message waits for it again and again. */
const PAUSE_MS = 2_000;

/** Who has which username: asked of the user service, remembered for a while, also that there is nobody. */
@Injectable()
export class Usernames {
  private readonly ids = new FreshCache<string, number | null>(LIFETIME_MS, CACHED_NAMES);
  private readonly users: ServiceClient;
  private silentUntil = 0;

  constructor(tokens: AccessTokens, config: ChatConfig) {
    this.users = new ServiceClient(tokens, {
      caller: 'chat-service',
      target: 'user-service',
      urls: config.USER_SERVICE_URL,
      deadlineMs: config.MENTION_TIMEOUT_MS,
    });
  }

  /** By the name as it was given (see `toKey`); who is not there, or could not be asked for, is left out. Never fails. */
  async idsOf(names: readonly string[]): Promise<Map<string, number>> {
    const found = await this.ids.load([...new Set(names)], (missing) => this.ask(missing));
    return new Map([...found].flatMap(([name, id]) => (id === null ? [] : [[name, id] as const])));
  }

  /** Empty when there is no answer: nothing is remembered then. */
  private async ask(names: string[]): Promise<Map<string, number | null>> {
    if (performance.now() < this.silentUntil) return new Map();
    try {
      const usernames = names.slice(0, NAMES_AT_ONCE);
      const users = await this.users.call(usersByName, { body: { usernames }, idempotent: true });
      const ids = new Map(users.map(({ user_id, username }) => [toKey(username), user_id]));
      return new Map(usernames.map((name) => [name, ids.get(name) ?? null]));
    } catch {
      this.silentUntil = performance.now() + PAUSE_MS;
      return new Map();
    }
  }
}
