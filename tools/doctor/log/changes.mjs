import { fromDist } from '../../lib/dist.mjs';

const JOINS = ['member-added', 'member-joined'];
const LEAVES = ['member-removed', 'member-left'];

/** The changes of the conversation itself, as they come by; several checks need them. */
export class Changes {
  /** @type {import('../../../apps/chat-service/src/conversations/state/conversation-state').ControlChange[]} */
  list = [];
  /** Who has written: they were in it. */
  #writers = new Set();

  add(message) {
    if (message.type !== 'system') {
      this.#writers.add(message.sender_id);
      return;
    }
    const change = fromDist('apps/chat-service/src/conversations/state/control-change.js').toControlChange(
      message,
    );
    if (change) this.list.push(change);
  }

  /** Number of the last one that is older than `before`; 0: none. */
  lastBefore(before) {
    return this.list.findLast(({ at }) => at <= before)?.ev ?? 0;
  }

  /** User → their comings and goings, the first ones first. */
  moves() {
    const moves = new Map();
    for (const change of this.list) {
      const { action, userIds } = change.system;
      const active = JOINS.includes(action) ? true : LEAVES.includes(action) ? false : undefined;
      if (active === undefined) continue;
      for (const userId of userIds) {
        const own = moves.get(userId) ?? [];
        own.push({ active, ev: change.ev, seq: change.seq, at: change.at });
        moves.set(userId, own);
      }
    }
    return moves;
  }

  /** Those who have been there from the beginning: nobody lets them in, and yet they are there, have written, or go. */
  beginners(participants) {
    const moves = this.moves();
    const gone = [...moves].filter(([, [first]]) => !first.active).map(([userId]) => userId);
    const stayed = [...participants, ...this.#writers].filter((userId) => !moves.has(userId));
    return [...new Set([...gone, ...stayed])].sort((a, b) => a - b);
  }

  /** When the conversation was deleted. */
  get end() {
    return this.list.find(({ system }) => system.action === 'conversation-deleted');
  }
}
