import { setTimeout as delay } from 'node:timers/promises';
import { RawSocket } from '../load/raw-socket.mjs';

const GIVE_UP_MS = 60_000;
/** Between two tries, doubled each time. */
const PAUSE_MS = [50, 1_000];

/** What a client holds of a conversation: its messages by id, right as of the change `ev`. */
class Known {
  ev = 0;
  /** @type {Map<string, { ev: number, seq: number, content: string, isDeleted: boolean, reactions: object[] }>} */
  messages = new Map();
}

/**
 * A client that goes away and comes back: it keeps its cursors and what it has read, and reads what it has missed by
 * `conversation:sync`. What comes is held against what it has: nothing may come twice, all must come in order.
 */
export class Returner {
  /** @type {Map<string, Known>} */ conversations = new Map();
  doubled = 0;
  outOfOrder = 0;
  /** Answers that make no sense: nobody came in or was removed. */
  unexpected = 0;
  #socket;
  #token;

  /** @param {{ userId: number, token: string }} account */
  constructor({ userId, token }) {
    this.userId = userId;
    this.#token = token;
  }

  enter(conversationId) {
    this.conversations.set(conversationId, new Known());
  }

  /** All changes that it has or has passed. */
  get position() {
    return [...this.conversations.values()].reduce((sum, { ev }) => sum + ev, 0);
  }

  close() {
    this.#socket?.close();
  }

  /**
   * Connects and reads all that was missed, with as many tries as it takes; how long it took from the first try on, and how many
   * calls.
   * @param {(reason: string) => void} [onRetry]
   */
  async comeBack(target, onRetry = () => {}) {
    const startedAt = performance.now();
    for (let tries = 1; ; tries++) {
      try {
        return await this.#tryToComeBack(target, startedAt);
      } catch (error) {
        this.close();
        if (performance.now() - startedAt > GIVE_UP_MS) throw error;
        onRetry(error.message);
        const [first, longest] = PAUSE_MS;
        await delay(Math.min(longest, first * 2 ** (tries - 1)) * (0.5 + Math.random() / 2));
      }
    }
  }

  async #tryToComeBack(target, startedAt) {
    this.#socket = new RawSocket(target, this.#token);
    await this.#socket.connected();
    const connectedAt = performance.now();
    const calls = await this.#unlessLost(this.#readAll());
    const now = performance.now();
    return { connectMs: connectedAt - startedAt, syncMs: now - connectedAt, allMs: now - startedAt, calls };
  }

  #unlessLost(work) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not caught up within 60 s')), GIVE_UP_MS);
      this.#socket.onLost = (reason) => reject(new Error(`the connection was lost: ${reason}`));
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /** All conversations in the order of their ids, then the rest of those that have more. */
  async #readAll() {
    let calls = 0;
    let unfinished = [];
    const ids = [...this.conversations.keys()].sort();
    for (let after = ''; after !== null; calls++) {
      const { more, next } = await this.#ask({
        cursors: this.#cursorsOf(ids.filter((id) => id > after)),
        ...(after !== '' && { after }),
      });
      unfinished.push(...more);
      after = next;
    }
    for (; unfinished.length > 0; calls++) {
      const { more, next } = await this.#ask({ cursors: this.#cursorsOf(unfinished), onlyNamed: true });
      const unanswered = next === null ? [] : unfinished.filter((id) => id > next);
      unfinished = [...unanswered, ...more].sort();
    }
    return calls;
  }

  async #ask(payload) {
    const { data, page } = await this.#socket.ask('conversation:sync', payload);
    for (const answer of data) this.#take(answer);
    const more = data.filter((answer) => answer.more).map(({ conversationId }) => conversationId);
    return { more, next: page?.next ?? null };
  }

  #cursorsOf(ids) {
    return ids.map((conversationId) => ({
      conversationId,
      ev: this.conversations.get(conversationId).ev,
    }));
  }

  #take({ conversationId, state, messages, ev }) {
    const known = this.conversations.get(conversationId);
    if (!known || state !== 'changed') {
      this.unexpected++;
      return;
    }
    let last = 0;
    for (const message of messages) {
      if (message.ev <= known.ev) this.doubled++;
      if (message.ev <= last) this.outOfOrder++;
      last = message.ev;
      known.messages.set(message._id, {
        ev: message.ev,
        seq: message.seq,
        content: message.content,
        isDeleted: message.deleted_at !== null,
        reactions: message.reactions ?? [],
      });
    }
    known.ev = Math.max(known.ev, ev);
  }
}
