import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { PresenceKeeper, type Companion } from '../presence/presence-keeper';
import { RoomAnnouncer } from './room-announcer';
import { RoomVisitRepository } from './room-visit.repository';
import { VisitWriter } from './visit-writer';

const PAGE = 1_000;
/** What is read again each time: writes become visible in nearly, not quite, the order of their times. */
const OVERLAP_MS = 2_000;
/** How long it stays written that somebody is nowhere: until every instance has read it. */
const REMEMBERED_MS = 60_000;

/** Keeps rooms true when hints get lost and instances die, in step with presence. */
@Injectable()
export class RoomKeeper implements OnModuleInit, Companion {
  private heardUntil = 0;

  constructor(
    private readonly store: RoomVisitRepository,
    private readonly announcer: RoomAnnouncer,
    private readonly writer: VisitWriter,
    private readonly keeper: PresenceKeeper,
  ) {}

  @Patient()
  async onModuleInit(): Promise<void> {
    this.heardUntil = await this.store.findLastChange();
    this.keeper.accompany(this);
  }

  async beat(): Promise<void> {
    let after = this.heardUntil - OVERLAP_MS;
    for (;;) {
      const changed = await this.store.listChangedAfter(after, PAGE);
      this.announcer.look(changed);
      const last = changed.at(-1);
      if (last) after = this.heardUntil = Math.max(this.heardUntil, last.changedAt);
      if (changed.length < PAGE) break;
    }
    await this.store.sweep(this.heardUntil - REMEMBERED_MS);
  }

  bury(instance: string): Promise<void> {
    return this.store.bury(instance);
  }

  /** Others have taken our visitors off, and we may have slept through what they wrote. */
  revive(): void {
    const { visits } = this.announcer;
    for (const room of visits.rooms) {
      for (const userId of new Set(visits.in(room).values())) this.writer.move({ room, userId }, true);
      this.announcer.look(this.announcer.shownIn(room));
    }
  }
}
