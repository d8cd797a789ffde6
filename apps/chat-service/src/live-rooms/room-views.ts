import type { RoomPresenceDto } from '@app/contracts';

export type RoomChange = Pick<RoomPresenceDto, 'entered' | 'left'>;

/** Whom each viewer on this instance was told to be in a room, so that each is told what is news to them and nothing else. */
export class RoomViews {
  private readonly shown = new Map<string, Map<number, Set<number>>>();

  /** The viewer is told that these are there, on one more device. What is news to the devices that were there before. */
  show(room: string, viewerId: number, userIds: readonly number[]): RoomChange {
    const viewers = this.shown.get(room) ?? new Map<number, Set<number>>();
    this.shown.set(room, viewers);
    const known = viewers.get(viewerId) ?? new Set();
    viewers.set(viewerId, known);
    return this.turn(room, viewerId, [...known, ...userIds], new Set(userIds));
  }

  /** What is news to the viewer, now that `present` of the users in question are there for them; remembered. */
  turn(room: string, viewerId: number, inQuestion: readonly number[], present: Set<number>): RoomChange {
    const known = this.shown.get(room)?.get(viewerId);
    const change: RoomChange = { entered: [], left: [] };
    if (!known) return change;
    for (const id of inQuestion) {
      if (id === viewerId || present.has(id) === known.has(id)) continue;
      if (present.has(id)) change.entered.push(id);
      else change.left.push(id);
      if (present.has(id)) known.add(id);
      else known.delete(id);
    }
    return change;
  }

  /** All who were shown to anybody in the room. */
  everybodyIn(room: string): number[] {
    return [...new Set([...(this.shown.get(room)?.values() ?? [])].flatMap((known) => [...known]))];
  }

  forget(room: string, viewerId: number): void {
    const viewers = this.shown.get(room);
    viewers?.delete(viewerId);
    if (viewers?.size === 0) this.shown.delete(room);
  }
}
