import { RawSocket } from './raw-socket.mjs';
import { StreamCheck } from './stream-check.mjs';

/** Acks may be outstanding for this many sends of one socket. A power of two. */
const WINDOW = 4096;
const CONTENT = 'the quick brown fox jumps over the lazy dog, again and again. ';

/** One member of one group: sends into it, and checks all that comes out of it. */
export class Member {
  sent = 0;
  acked = 0;
  refused = 0;
  /** @type {string | null} */ firstRefusal = null;
  /** @type {string | null} */ lostConnection = null;
  /** Called after each ack with the time from the send (or from when it was due). @type {(ms: number) => void} */
  onAck = () => {};
  check = new StreamCheck();
  /** @type {{ id: string, newest: number }} */ group = { id: '', newest: 0 };

  #startedAt = new Float64Array(WINDOW);
  #name;

  /** @param {{ userId: number }} account @param {RawSocket} socket */
  constructor(account, socket) {
    this.userId = account.userId;
    this.socket = socket;
    this.#name = `${account.userId}-${Date.now().toString(36)}`;
    socket.onCreated = (seq) => this.check.add(seq);
    socket.onAck = (...ack) => this.#onAck(...ack);
    socket.onLost = (reason) => (this.lostConnection = reason);
  }

  /** Queues one message. @param {number} dueAt when it should have been sent */
  send(dueAt = performance.now()) {
    const id = this.sent++;
    this.#startedAt[id & (WINDOW - 1)] = dueAt;
    const content = `${CONTENT}${id}`;
    this.socket.send(
      id,
      'message:send',
      `{"conversationId":"${this.group.id}","content":"${content}","clientId":"${this.#name}-${id}"}`,
    );
  }

  get inFlight() {
    return this.sent - this.acked - this.refused;
  }

  get lost() {
    return this.check.lostUpTo(this.group.newest);
  }

  #onAck(id, ok, seq, bytes, start, end) {
    if (ok) {
      this.acked++;
      if (seq > this.group.newest) this.group.newest = seq;
    } else {
      this.refused++;
      this.firstRefusal ??= bytes.toString('utf8', start, end);
    }
    this.onAck(performance.now() - this.#startedAt[id & (WINDOW - 1)]);
  }
}

/**
 * Connects one socket per account, a few at a time.
 * @param {{ host: string, port: number }} target
 * @param {{ userId: number, token: string }[]} accounts
 * @param {number} [atOnce]
 */
export async function connectAll(target, accounts, atOnce = 50) {
  const sockets = new Array(accounts.length);
  let next = 0;
  const worker = async () => {
    while (next < accounts.length) {
      const index = next++;
      const socket = new RawSocket(target, accounts[index].token);
      await socket.connected();
      sockets[index] = socket;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, accounts.length) }, worker));
  return sockets;
}

/**
 * Members in groups of `size`, connected, nothing sent yet.
 * @param {{ host: string, port: number }} target
 * @param {{ userId: number, token: string }[]} accounts
 * @param {number} size
 */
export async function formGroups(target, accounts, size) {
  const sockets = await connectAll(target, accounts);
  const members = accounts.map((account, index) => new Member(account, sockets[index]));
  for (let first = 0; first < members.length; first += size) {
    const inside = members.slice(first, first + size);
    const [owner, ...others] = inside;
    const conversation = await owner.socket.request('conversation:create', {
      name: `bench ${first / size + 1}`,
      participantIds: others.map((member) => member.userId),
    });
    const { lastSeq } = await owner.socket.request('conversation:join', { conversationId: conversation._id });
    const group = { id: conversation._id, newest: lastSeq };
    for (const member of inside) Object.assign(member, { group, check: new StreamCheck(lastSeq) });
  }
  return members;
}
