import { io } from 'socket.io-client';
import { Latencies } from '../load/latencies.mjs';

/** One of those who are notified, with a device in `/notifications`: what is pushed to it, how late, and whether it comes twice. */
export class Listener {
  #socket;
  #heard = new Set();
  #newest = '';
  #live = new Latencies();
  /** Notifications of what was said later than this count as live. */
  liveFrom = Infinity;
  doubled = 0;
  /** Came behind one of something later. */
  overtaken = 0;

  static async connect(origin, token) {
    const listener = new Listener();
    listener.#socket = io(`${origin}/notifications`, {
      path: '/notifications/socket.io',
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnectionDelayMax: 500,
    });
    listener.#socket.on('notification:created', (notification) => listener.#hear(notification));
    await new Promise((resolve, reject) => {
      listener.#socket.once('connect', resolve);
      listener.#socket.once('connect_error', reject);
    });
    return listener;
  }

  get figures() {
    const { doubled, overtaken } = this;
    return { heard: this.#heard.size, doubled, overtaken, liveMs: this.#live.summary() };
  }

  close() {
    this.#socket.disconnect();
  }

  #hear({ _id, created_at, type }) {
    if (type !== 'message') return;
    if (this.#heard.has(_id)) this.doubled++;
    this.#heard.add(_id);
    if (created_at < this.#newest) this.overtaken++;
    else this.#newest = created_at;
    const saidAt = Date.parse(created_at);
    if (saidAt >= this.liveFrom) this.#live.add(Date.now() - saidAt);
  }
}
