import type { PresenceState } from './visibility';

interface Watching {
  viewerId: number;
  /** What this socket was last told; undefined before the first answer. */
  online?: boolean;
}

/** Who watches whom on this instance: sockets, each with the user that it belongs to. */
export class Watchers {
  private readonly byWatched = new Map<number, Map<string, Watching>>();
  private readonly bySocket = new Map<string, number[]>();
  /** What was last heard of those who are watched. */
  private readonly states = new Map<number, PresenceState>();

  /** In place of what the socket watched before. */
  watch(socketId: string, viewerId: number, userIds: readonly number[]): void {
    this.leave(socketId);
    if (userIds.length === 0) return;
    this.bySocket.set(socketId, [...userIds]);
    for (const userId of userIds) {
      const sockets = this.byWatched.get(userId) ?? new Map<string, Watching>();
      this.byWatched.set(userId, sockets.set(socketId, { viewerId }));
    }
  }

  leave(socketId: string): void {
    for (const userId of this.bySocket.get(socketId) ?? []) {
      const sockets = this.byWatched.get(userId);
      sockets?.delete(socketId);
      if (sockets?.size !== 0) continue;
      this.byWatched.delete(userId);
      this.states.delete(userId);
    }
    this.bySocket.delete(socketId);
  }

  /** Socket → the user that watches by it; only that user's, if one is given. */
  of(userId: number, viewerId?: number): Map<string, number> {
    const sockets = [...(this.byWatched.get(userId) ?? [])].map(
      ([socketId, watching]) => [socketId, watching.viewerId] as const,
    );
    return new Map(sockets.filter(([, viewer]) => viewerId === undefined || viewer === viewerId));
  }

  /** Remembers what the socket is told now; whether that is something else than before. */
  turns(socketId: string, userId: number, online: boolean): boolean {
    const watching = this.byWatched.get(userId)?.get(socketId);
    if (!watching || watching.online === online) return false;
    watching.online = online;
    return true;
  }

  /** Whether it is news; remembered, if anybody watches. */
  isNews(state: PresenceState): boolean {
    if (!this.byWatched.has(state.userId)) return false;
    const known = this.states.get(state.userId);
    if (known && state.changedAt < known.changedAt) return false;
    this.states.set(state.userId, state);
    return (
      known?.online !== state.online || known.lastSeen !== state.lastSeen || known.status !== state.status
    );
  }
}
