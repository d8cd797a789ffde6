import { setTimeout as delay } from 'node:timers/promises';
import { connectAll } from '../load/member.mjs';

const GROUP = 4;
const PACE_MS = 200;
const CAUGHT_UP_MS = 20_000;
const LOOK_MS = 100;

/** Somebody who says one thing after the other, and again until it is answered. */
export class Talker {
  #client;
  #conversationId = '';
  #isTalking = true;
  #waiting = () => {};

  /**
   * @param {typeof import('@app/testing').SyncedClient} SyncedClient
   * @param {string[]} gateways @param {{ userId: number, token: string }} account
   */
  constructor(SyncedClient, gateways, account) {
    this.account = account;
    this.#client = new SyncedClient({ userId: account.userId, gateways, token: () => account.token });
  }

  /** Puts each four of them into a group, and lets them connect. @param {Talker[]} talkers @param {string} gateway */
  static async group(talkers, gateway) {
    for (let from = 0; from < talkers.length; from += GROUP) {
      const members = talkers.slice(from, from + GROUP);
      const { hostname: host, port } = new URL(gateway);
      const [socket] = await connectAll({ host, port: Number(port) }, [members[0].account]);
      const participantIds = members.slice(1).map(({ account }) => account.userId);
      const { _id } = await socket.request('conversation:create', { name: 'comeback', participantIds });
      socket.close();
      for (const member of members) member.#conversationId = _id;
    }
    for (const talker of talkers) talker.#client.goOnline();
  }

  /** Until `finish`; all answers. */
  async talk() {
    const { userId } = this.account;
    const answers = [];
    for (let n = 1; this.#isTalking; n++) {
      const content = `${userId} ${n}`;
      answers.push(
        await this.#client.send({ conversationId: this.#conversationId, content, clientId: `c-${n}` }),
      );
      this.#waiting();
      await delay(PACE_MS);
    }
    return answers;
  }

  finish() {
    this.#isTalking = false;
  }

  /** The moment of the next answer. @param {number} patienceMs */
  nextAnswer(patienceMs) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no answer within ${patienceMs / 1_000} s`)),
        patienceMs,
      );
      this.#waiting = () => {
        clearTimeout(timer);
        resolve(performance.now());
      };
    });
  }

  /**
   * What is wrong with what each of them holds in the end, in counts.
   * @param {Talker[]} talkers @param {{ _id: string, seq: number, conversation_id: string }[]} answers
   */
  static async judge(talkers, answers) {
    let [lost, doubled, outOfOrder] = [0, 0, 0];
    for (const talker of talkers) {
      const expected = answers.filter(({ conversation_id }) => conversation_id === talker.#conversationId);
      const history = await talker.#caughtUp(expected.length);
      const ids = history.map(({ id }) => id);
      const known = new Set(ids);
      doubled += ids.length - known.size + Math.max(0, history.length - expected.length);
      lost += expected.filter(({ _id }) => !known.has(_id)).length;
      outOfOrder += history.filter(({ seq }, index) => seq !== index + 1).length;
      talker.#client.goOffline();
    }
    return { lost, doubled, outOfOrder };
  }

  async #caughtUp(count) {
    const deadline = performance.now() + CAUGHT_UP_MS;
    for (;;) {
      const history = this.#client.conversations.get(this.#conversationId)?.history ?? [];
      if ((history.length >= count && this.#client.isInSync) || performance.now() > deadline) return history;
      await delay(LOOK_MS);
    }
  }
}
