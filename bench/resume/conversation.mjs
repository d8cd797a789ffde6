import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** In ten changes. */
const KINDS = ['send', 'send', 'edit', 'send', 'react', 'send', 'send', 'delete', 'send', 'edit'];
const EMOJI = '👍';
const CONTENT = 'the quick brown fox jumps over the lazy dog, again and again';
const TRIES = 5;
const PAUSE_MS = 500;

/** One conversation and who writes in it: one change after the other. */
export class Conversation {
  /** What was said and not changed since, oldest first. @type {string[]} */
  #untouched = [];
  #changes = 0;
  #last = Promise.resolve();

  /** @param {string} id @param {import('../load/raw-socket.mjs').RawSocket} socket */
  constructor(id, socket) {
    this.id = id;
    this.socket = socket;
  }

  /** Says something. */
  say() {
    return this.#inTurn('send');
  }

  /** The next change of some kind. */
  change() {
    return this.#inTurn(KINDS[this.#changes++ % KINDS.length]);
  }

  #inTurn(kind) {
    this.#last = this.#last.then(() => this.#do(kind));
    return this.#last;
  }

  async #do(kind) {
    const messageId = kind === 'send' ? undefined : this.#untouched.shift();
    if (messageId === undefined) {
      const { _id } = await this.#ask('message:send', { conversationId: this.id, content: CONTENT });
      this.#untouched.push(_id);
    } else if (kind === 'edit') {
      await this.#ask('message:edit', { messageId, content: `${CONTENT}, or so` });
    } else if (kind === 'react') {
      await this.#ask('message:react', { messageId, emoji: EMOJI });
    } else {
      await this.#ask('message:delete', { messageId });
    }
  }

  /** With the same `clientId` it is done once, however often it is asked for. */
  async #ask(name, payload) {
    const command = { ...payload, clientId: randomUUID() };
    for (let tries = 1; ; tries++) {
      try {
        return await this.socket.request(name, command);
      } catch (error) {
        if (tries === TRIES) throw error;
        await delay(PAUSE_MS);
      }
    }
  }
}
