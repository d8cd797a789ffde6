import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { SenderDto } from '@app/contracts';
import { FreshCache, Shutdown } from '@app/platform';
import { DepartedUsers } from '../departures/departed-users';
import { UserDirectory } from './user-directory';

/** A new picture is shown after this time at the latest. */
const LIFETIME_MS = 5 * 60_000;
const CACHED_PICTURES = 100_000;
/** Whose picture is unknown is collected for so long: one question for all of them, however much is said meanwhile. */
const COLLECT_MS = 250;
/** Of a question. */
const USERS_AT_ONCE = 500;
/** A user service that did not answer is left alone for so long. */
const PAUSE_MS = 2_000;

/**
 * Whom a live message shows as its sender. Made when it is shown, of what is at hand: no message waits for it, and nothing
 * of it is stored. What is not known is left out; a picture is asked for then, for the sender's next message.
 */
@Injectable()
export class Senders implements OnModuleInit {
  private readonly pictures = new FreshCache<number, string | null>(LIFETIME_MS, CACHED_PICTURES);
  private readonly unknown = new Set<number>();
  private timer: NodeJS.Timeout | undefined;
  private silentUntil = 0;

  constructor(
    private readonly users: UserDirectory,
    private readonly departed: DepartedUsers,
    shutdown: Shutdown,
  ) {
    shutdown.register('stop-accepting', 'pictures of senders', () => {
      clearTimeout(this.timer);
      return Promise.resolve();
    });
  }

  onModuleInit(): void {
    this.departed.onDeparture((userId) => {
      this.unknown.delete(userId);
      this.pictures.forget(userId);
    });
  }

  of(userId: number): SenderDto | undefined {
    const name = this.users.peekName(userId);
    if (name === undefined) return undefined;
    const avatar_url = this.pictures.peek(userId);
    if (avatar_url !== undefined) return { id: userId, name, avatar_url };
    this.askSoon(userId);
    return { id: userId, name };
  }

  /** What another instance has shown: its sender may never have been here. It may not know yet that they are gone. */
  learn({ id, name }: SenderDto): void {
    if (!this.departed.has(id)) this.users.remember(id, name);
  }

  private askSoon(userId: number): void {
    if (performance.now() < this.silentUntil || this.unknown.size >= USERS_AT_ONCE) return;
    this.unknown.add(userId);
    this.timer ??= setTimeout(() => void this.ask(), COLLECT_MS).unref();
  }

  private async ask(): Promise<void> {
    const ids = [...this.unknown];
    try {
      await this.pictures.load(ids, async (missing) => {
        const found = new Map(
          (await this.users.cardsOf(missing)).map((user) => [user.user_id, user.avatar_url]),
        );
        return new Map(missing.map((id) => [id, found.get(id) ?? null]));
      });
    } catch {
      this.silentUntil = performance.now() + PAUSE_MS;
    }
    this.unknown.clear();
    this.timer = undefined;
  }
}
