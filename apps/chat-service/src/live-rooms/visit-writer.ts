import { Injectable } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { LocalPresence } from '../presence/local-presence';
import { RoomVisitRepository, type Place } from './room-visit.repository';

/** Moves of so many milliseconds are one write; who comes and goes within has not moved. */
const GATHER_MS = 30;
const RETRY_MS = 1_000;

/** Writes down who comes to and goes from this instance, one write after the other, and says when it is done. */
@Injectable()
export class VisitWriter {
  private pending = new Map<string, Place & { here: boolean }>();
  private readonly listeners: ((places: Place[]) => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly store: RoomVisitRepository,
    private readonly local: LocalPresence,
    private readonly logger: Logger,
    shutdown: Shutdown,
  ) {
    // Those who are still here go elsewhere now; the other instances see that this one beats no more.
    shutdown.register('flush-events', 'room visits', async () => {
      this.stopped = true;
      await this.flush();
    });
  }

  onWritten(listener: (places: Place[]) => void): void {
    this.listeners.push(listener);
  }

  move(place: Place, here: boolean): void {
    if (this.stopped) return;
    this.pending.set(`${place.room}:${place.userId}`, { ...place, here });
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  private flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const moves = this.pending;
    this.pending = new Map();
    if (moves.size === 0) return;
    try {
      await this.store.record(this.local.instance, [...moves.values()]);
    } catch (error) {
      this.logger.warn('who is in which room lags behind', { err: error, moves: moves.size });
      this.pending = new Map([...moves, ...this.pending]);
      if (!this.stopped) this.timer ??= setTimeout(() => void this.flush(), RETRY_MS);
      return;
    }
    const places = [...moves.values()].map(({ room, userId }) => ({ room, userId }));
    for (const listener of this.listeners) listener(places);
  }
}
