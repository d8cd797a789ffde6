/** Users who are told next. */
export interface Round {
  /** Of whom everything is counted. */
  users: ReadonlySet<number>;
  /** Of the others: the conversations in which something has happened. */
  places: ReadonlyMap<number, ReadonlySet<string>>;
}

/** Shortest pause between two rounds, and the pause as a multiple of the round before: counting takes a fifth of the time at most. */
const REST_MS = 100;
const REST_FACTOR = 4;
/** Those who are due in a part of the interval are counted together. */
const PARTS = 4;

/**
 * When to count: at once where it is quiet; a user who was told because of new messages waits for the interval. A message
 * costs one entry in a set, however many come and whoever their readers are.
 */
export class UnreadRounds {
  private users = new Set<number>();
  private conversations = new Set<string>();
  private readonly waiting = new Map<number, Set<string>>();
  private readonly notBefore = new Map<number, number>();
  private timer: NodeJS.Timeout | undefined;
  private timerAt = 0;
  private running: Promise<void> | undefined;
  private restUntil = 0;
  private stopped = false;

  constructor(
    private readonly intervalMs: number,
    /** Members of a conversation who are to be told here. */
    private readonly readersOf: (conversationId: string) => readonly number[],
    /** Never rejects. */
    private readonly run: (round: Round) => Promise<void>,
  ) {}

  addUser(userId: number): void {
    this.users.add(userId);
    this.schedule(0);
  }

  addConversation(conversationId: string): void {
    this.conversations.add(conversationId);
    this.schedule(0);
  }

  forget(userId: number): void {
    this.users.delete(userId);
    this.waiting.delete(userId);
    this.notBefore.delete(userId);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(at: number): void {
    const due = Math.max(at, this.restUntil);
    if (this.stopped || this.running || (this.timer && this.timerAt <= due)) return;
    clearTimeout(this.timer);
    this.timerAt = due;
    this.timer = setTimeout(() => this.start(), Math.max(0, due - Date.now())).unref();
  }

  private start(): void {
    this.timer = undefined;
    this.running = this.round().finally(() => {
      this.running = undefined;
      if (this.users.size + this.conversations.size > 0) this.schedule(0);
      else if (this.waiting.size > 0) this.schedule(this.nextDue());
    });
  }

  private async round(): Promise<void> {
    const started = Date.now();
    const round = this.take(started);
    if (round.users.size + round.places.size > 0) await this.run(round);
    const ended = Date.now();
    this.restUntil = ended + Math.max(REST_MS, (ended - started) * REST_FACTOR);
  }

  private take(now: number): Round {
    for (const conversationId of this.conversations)
      for (const userId of this.readersOf(conversationId)) {
        const places = this.waiting.get(userId);
        if (places) places.add(conversationId);
        else this.waiting.set(userId, new Set([conversationId]));
      }
    this.conversations = new Set();
    const { users } = this;
    this.users = new Set();
    for (const userId of users) this.waiting.delete(userId);
    const due = [...this.waiting].filter(([userId]) => (this.notBefore.get(userId) ?? 0) <= now);
    const part = this.intervalMs / PARTS;
    const next = Math.ceil((now + this.intervalMs) / part) * part;
    for (const userId of [...users, ...due.map(([id]) => id)]) {
      this.waiting.delete(userId);
      this.notBefore.set(userId, next);
    }
    return { users, places: new Map(due) };
  }

  private nextDue(): number {
    let next = Infinity;
    for (const userId of this.waiting.keys()) next = Math.min(next, this.notBefore.get(userId) ?? 0);
    return next;
  }
}
