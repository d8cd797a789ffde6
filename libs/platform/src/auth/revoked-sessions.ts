import { Injectable } from '@nestjs/common';
import type { RevokedSessionsDto } from '@app/contracts';

type Listener = (revoked: RevokedSessionsDto) => void;

const SWEEP_EVERY = 10_000;

/**
 * Sessions that have ended while tokens of theirs are not yet expired: a deny-list that forgets each when its last token is
 * dead anyway. The user service, which can look, has an empty one.
 */
@Injectable()
export class RevokedSessions {
  /** Session → when its last token expires, milliseconds since the epoch. */
  private readonly ended = new Map<string, number>();
  private readonly listeners: Listener[] = [];
  private added = 0;

  /** Hearing of the same session again changes nothing. */
  add(revoked: RevokedSessionsDto): void {
    const until = Date.parse(revoked.until);
    const fresh = revoked.sessionIds.filter((id) => !this.ended.has(id));
    for (const id of fresh) this.ended.set(id, until);
    this.added += fresh.length;
    if (this.added >= SWEEP_EVERY) this.sweep();
    if (fresh.length > 0) {
      for (const listener of this.listeners) listener({ ...revoked, sessionIds: fresh });
    }
  }

  has(sessionId: string): boolean {
    return this.ended.has(sessionId);
  }

  /** Told of each session once. */
  onAdded(listener: Listener): void {
    this.listeners.push(listener);
  }

  private sweep(): void {
    this.added = 0;
    const now = Date.now();
    for (const [id, until] of this.ended) if (until < now) this.ended.delete(id);
  }
}
