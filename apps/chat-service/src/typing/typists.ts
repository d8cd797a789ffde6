/** Somebody who types in a conversation, as this instance has told its sockets. */
export interface Typist {
  conversationId: string;
  userId: number;
  /** Who was told of it, and shall be told of its end. */
  audience: readonly number[];
  /** The typist's sockets of this instance that say so; none, when it was heard from another instance. */
  sockets: Set<string>;
  /** When others were last told. */
  toldAt: number;
  timer?: NodeJS.Timeout;
}

const keyOf = (conversationId: string, userId: number) => `${conversationId}:${userId}`;

/** Who types where. */
export class Typists {
  private readonly typists = new Map<string, Typist>();
  private readonly bySocket = new Map<string, Set<string>>();

  get(conversationId: string, userId: number): Typist | undefined {
    return this.typists.get(keyOf(conversationId, userId));
  }

  /** In place of what was known of them there. */
  set(typist: Typist): void {
    const key = keyOf(typist.conversationId, typist.userId);
    clearTimeout(this.typists.get(key)?.timer);
    this.typists.set(key, typist);
  }

  /** The socket says so, too. */
  join(typist: Typist, socketId: string): void {
    typist.sockets.add(socketId);
    const keys = this.bySocket.get(socketId) ?? new Set();
    this.bySocket.set(socketId, keys.add(keyOf(typist.conversationId, typist.userId)));
  }

  /** Whether no socket of this instance says so any more. */
  leave(typist: Typist, socketId: string): boolean {
    typist.sockets.delete(socketId);
    const keys = this.bySocket.get(socketId);
    keys?.delete(keyOf(typist.conversationId, typist.userId));
    if (keys?.size === 0) this.bySocket.delete(socketId);
    return typist.sockets.size === 0;
  }

  delete(typist: Typist): void {
    clearTimeout(typist.timer);
    for (const socketId of [...typist.sockets]) this.leave(typist, socketId);
    this.typists.delete(keyOf(typist.conversationId, typist.userId));
  }

  ofSocket(socketId: string): Typist[] {
    return [...(this.bySocket.get(socketId) ?? [])]
      .map((key) => this.typists.get(key))
      .filter((typist) => typist !== undefined);
  }

  clear(): void {
    for (const { timer } of this.typists.values()) clearTimeout(timer);
    this.typists.clear();
    this.bySocket.clear();
  }
}
