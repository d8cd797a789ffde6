/** Which sockets of this instance have which conversations open. */
export class RoomVisits {
  private readonly byRoom = new Map<string, Map<string, number>>();
  private readonly bySocket = new Map<string, Set<string>>();

  /** Whether it is the user's first socket in the room. */
  enter(room: string, socketId: string, userId: number): boolean {
    const first = !this.has(room, userId);
    const sockets = this.byRoom.get(room) ?? new Map<string, number>();
    this.byRoom.set(room, sockets.set(socketId, userId));
    const rooms = this.bySocket.get(socketId) ?? new Set();
    this.bySocket.set(socketId, rooms.add(room));
    return first;
  }

  /** The user, if this was their last socket in the room. */
  leave(room: string, socketId: string): number | undefined {
    const sockets = this.byRoom.get(room);
    const userId = sockets?.get(socketId);
    if (!sockets || userId === undefined) return undefined;
    sockets.delete(socketId);
    if (sockets.size === 0) this.byRoom.delete(room);
    const rooms = this.bySocket.get(socketId);
    rooms?.delete(room);
    if (rooms?.size === 0) this.bySocket.delete(socketId);
    return this.has(room, userId) ? undefined : userId;
  }

  has(room: string, userId: number): boolean {
    for (const id of this.byRoom.get(room)?.values() ?? []) if (id === userId) return true;
    return false;
  }

  /** Socket → user. */
  in(room: string): ReadonlyMap<string, number> {
    return this.byRoom.get(room) ?? new Map();
  }

  roomsOf(socketId: string): ReadonlySet<string> {
    return this.bySocket.get(socketId) ?? new Set();
  }

  /** Where the user has sockets. */
  roomsOfUser(userId: number): string[] {
    return [...this.byRoom.keys()].filter((room) => this.has(room, userId));
  }

  get rooms(): string[] {
    return [...this.byRoom.keys()];
  }
}
