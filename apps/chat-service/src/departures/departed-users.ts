import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Logger, Patient, Shutdown } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { DepartedUserRepository } from './departed-user.repository';

const TOPIC = 'user-departed';
/** Peers are told at once, but what they are told may get lost. */
const REFRESH_MS = 30_000;
/** Clocks of the instances need not agree. */
const OVERLAP_MS = 10 * 60_000;

/** Who is gone, in memory: each message asks. */
@Injectable()
export class DepartedUsers implements OnModuleInit, OnApplicationBootstrap {
  private readonly ids = new Set<number>();
  private readonly listeners: ((userId: number) => void)[] = [];
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly departed: DepartedUserRepository,
    private readonly broadcaster: Broadcaster,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.logger = logger.child({ context: 'DepartedUsers' });
    shutdown.register('stop-accepting', 'departed users', () => {
      clearInterval(this.timer);
      return Promise.resolve();
    });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.refresh(new Date(0));
    this.timer = setInterval(() => void this.refreshLater(), REFRESH_MS).unref();
  }

  /** The namespace exists by now. */
  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ userId: number }>(TOPIC, ({ userId }) => this.note(userId));
  }

  has(userId: number): boolean {
    return this.ids.has(userId);
  }

  /** The members who are still there. */
  livingIn({ participants }: { participants: readonly number[] }): readonly number[] {
    return this.ids.size === 0 ? participants : participants.filter((id) => !this.ids.has(id));
  }

  /** Called once for each user who leaves from now on, on every instance: whoever remembers something of them forgets it. */
  onDeparture(listener: (userId: number) => void): void {
    this.listeners.push(listener);
  }

  /** Durable, and known on all instances soon. */
  async mark(userId: number, at: Date): Promise<void> {
    await this.departed.add(userId, at);
    this.note(userId);
    this.broadcaster.tellPeers(TOPIC, { userId });
  }

  private note(userId: number): void {
    if (this.ids.has(userId)) return;
    this.ids.add(userId);
    for (const listener of this.listeners) listener(userId);
  }

  private async refresh(since: Date): Promise<void> {
    for (const userId of await this.departed.listMarkedSince(since)) this.note(userId);
  }

  private async refreshLater(): Promise<void> {
    await this.refresh(new Date(Date.now() - OVERLAP_MS)).catch((error: unknown) =>
      this.logger.warn('those who have left could not be asked for', { err: error }),
    );
  }
}
