import { Injectable } from '@nestjs/common';
import { conversationPresence } from '@app/contracts';
import { Logger } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { ConversationStates } from '../conversations/state/conversation-states';
import { LocalPresence } from '../presence/local-presence';
import { PresenceService } from '../presence/presence.service';
import { RoomViews, type RoomChange } from './room-views';
import { RoomVisitRepository, type Place, type Visit } from './room-visit.repository';
import { RoomVisits } from './room-visits';

/** Tells the sockets of this instance who is in their rooms: what is news to them, and what they may see. */
@Injectable()
export class RoomAnnouncer {
  readonly visits = new RoomVisits();
  private readonly views = new RoomViews();
  /** One look at a room after the other, so that nobody gets an older state after a newer one. */
  private readonly looking = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: RoomVisitRepository,
    private readonly local: LocalPresence,
    private readonly presence: PresenceService,
    private readonly states: ConversationStates,
    private readonly broadcaster: Broadcaster,
    private readonly logger: Logger,
  ) {}

  /** Somebody may have come or gone there: looks at what is so now, and tells those whom it is news to. */
  look(places: Place[]): void {
    const byRoom = new Map<string, number[]>();
    for (const { room, userId } of places) {
      if (this.visits.in(room).size === 0) continue;
      byRoom.set(room, [...(byRoom.get(room) ?? []), userId]);
    }
    for (const [room, userIds] of byRoom)
      this.inTurn(room, () => this.tell(room, [...new Set(userIds)])).catch((error: unknown) =>
        this.logger.warn('who is in a room was not told', { err: error }),
      );
  }

  /** Whom the viewer may see to be in the room. */
  here(room: string, viewerId: number): Promise<number[]> {
    return this.inTurn(room, () => this.hereFor(room, viewerId));
  }

  /** The same for one who has come in by this socket; from now on they are told what changes. */
  welcome(room: string, viewerId: number, socketId: string): Promise<number[]> {
    return this.inTurn(room, async () => {
      const here = await this.hereFor(room, viewerId);
      if (!this.visits.in(room).has(socketId)) return here;
      const news = this.views.show(room, viewerId, here);
      this.emit(room, new Map([[viewerId, news]]), socketId);
      return here;
    });
  }

  /** The viewer has no socket in the room any more. */
  forget(room: string, viewerId: number): void {
    this.views.forget(room, viewerId);
  }

  /** All that the viewers of the room were told. */
  shownIn(room: string): Place[] {
    return this.views.everybodyIn(room).map((userId) => ({ room, userId }));
  }

  private async hereFor(room: string, viewerId: number): Promise<number[]> {
    const visits = await this.store.listIn(room);
    const known = visits.filter((visit) => this.isHere(visit)).map(({ userId }) => userId);
    const all = new Set([...known, ...this.visits.in(room).values()]);
    const members = this.states.peek(room)?.participants ?? [];
    const here = members.filter((id) => all.has(id));
    const seen = await this.presence.visibleTo(viewerId, here);
    return here.filter((id) => seen.has(id));
  }

  private async tell(room: string, inQuestion: number[]): Promise<void> {
    const found = await this.store.listAt(inQuestion.map((userId) => ({ room, userId })));
    const stored = new Map(found.map((visit) => [visit.userId, visit]));
    const state = this.states.peek(room);
    const present = inQuestion.filter((userId) => {
      const visit = stored.get(userId);
      const isHere = this.visits.has(room, userId) || (visit !== undefined && this.isHere(visit));
      return isHere && (state?.participants.includes(userId) ?? true);
    });
    const viewers = new Set(this.visits.in(room).values());
    const seenBy = new Map<number, Set<number>>();
    for (const userId of present) seenBy.set(userId, await this.presence.viewersOf(userId, [...viewers]));
    const changes = new Map<number, RoomChange>();
    for (const viewerId of viewers) {
      const visible = new Set(present.filter((userId) => seenBy.get(userId)?.has(viewerId)));
      changes.set(viewerId, this.views.turn(room, viewerId, inQuestion, visible));
    }
    this.emit(room, changes);
  }

  /** One packet for all who are told the same. */
  private emit(room: string, changes: Map<number, RoomChange>, except?: string): void {
    const told = new Map<string, { change: RoomChange; sockets: string[] }>();
    for (const [socketId, userId] of this.visits.in(room)) {
      const change = changes.get(userId);
      if (!change || socketId === except || change.entered.length + change.left.length === 0) continue;
      const key = `${change.entered.join()} ${change.left.join()}`;
      const group = told.get(key) ?? { change, sockets: [] };
      group.sockets.push(socketId);
      told.set(key, group);
    }
    // A socket is in a room of its own name.
    for (const { change, sockets } of told.values())
      this.broadcaster.to(...sockets).local.emit(conversationPresence, { conversationId: room, ...change });
  }

  /** On another instance: what is on this one, we know best. */
  private isHere({ room, userId, on }: Visit): boolean {
    return on.some((instance) => instance !== this.local.instance) || this.visits.has(room, userId);
  }

  private inTurn<T>(room: string, work: () => Promise<T>): Promise<T> {
    const before = this.looking.get(room) ?? Promise.resolve();
    const done = before.then(work, work);
    const settled = done.catch(() => undefined);
    this.looking.set(room, settled);
    void settled.then(() => {
      if (this.looking.get(room) === settled) this.looking.delete(room);
    });
    return done;
  }
}
