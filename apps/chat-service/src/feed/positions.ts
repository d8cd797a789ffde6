const FOLLOWED_CONVERSATIONS = 50_000;
/** What was committed so long before the last look at the store may not have been noted there by then, clocks included. */
const UNSEEN_MS = 2_000;

/** How far this instance has told its sockets about a conversation. */
export interface Position {
  /** Number of the last change emitted; undefined until the store was asked where to begin. */
  last: number | undefined;
  /** The last change of the conversation itself as of that one: it says who was in it when we told of it. */
  control?: number;
  /** Number of the newest change heard of. */
  target: number;
  catchingUp: boolean;
  /** What changed before this, our sockets have been told or have read; in milliseconds since the epoch. */
  readonly since: number;
}

/** How far the sockets of this instance have been told, for each conversation that changed lately. */
export class Positions {
  private readonly byConversation = new Map<string, Position>();
  private readonly startedAt = Date.now();
  private comparedAt = Date.now();

  /** The position, from the first change on of which anything is heard. */
  follow(conversationId: string, ev: number): Position {
    let position = this.byConversation.get(conversationId);
    if (!position) {
      if (this.byConversation.size >= FOLLOWED_CONVERSATIONS) this.forgetOldest();
      const since = Math.max(this.startedAt, this.comparedAt - UNSEEN_MS);
      position = { last: ev === 1 ? 0 : undefined, target: ev, catchingUp: false, since };
      this.byConversation.set(conversationId, position);
    }
    position.target = Math.max(position.target, ev);
    return position;
  }

  /** The change of the conversation itself as of which our sockets were told last. */
  controlOf(conversationId: string): number | undefined {
    return this.byConversation.get(conversationId)?.control;
  }

  /** Whether this change has not been told yet, and nobody is about to. */
  isBehind(conversationId: string, ev: number): boolean {
    const position = this.byConversation.get(conversationId);
    return !position || (!position.catchingUp && (position.last ?? 0) < ev);
  }

  /** Nobody is here to be told of what came up to this change; whoever comes reads it. */
  skip(conversationId: string, ev: number): void {
    const position = this.byConversation.get(conversationId);
    if (position && !position.catchingUp) position.last = Math.max(position.last ?? 0, ev);
  }

  /** At that moment nothing was missing here of what the store had noted. */
  compared(at: number): void {
    this.comparedAt = at;
  }

  private forgetOldest(): void {
    for (const [id, { catchingUp }] of this.byConversation) {
      if (catchingUp) continue;
      this.byConversation.delete(id);
      return;
    }
  }
}
