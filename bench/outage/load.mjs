import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from '../load/latencies.mjs';
import { formGroups } from '../load/member.mjs';
import { countsOf, settle } from '../load/outcome.mjs';

const TICK_MS = 2;

/**
 * People who send at a steady rate until they are told to stop, whatever the system does. A latency counts from when its send
 * was due, and belongs to the phase in which that was.
 */
export class SteadyLoad {
  #members;
  #rate;
  /** @type {{ name: string, from: number, latencies: Latencies }[]} */ #phases = [];
  #running = true;
  #done = Promise.resolve();

  /** @param {import('../load/member.mjs').Member[]} members */
  constructor(members, rate) {
    this.#members = members;
    this.#rate = rate;
    for (const member of members) member.onAck = (ms) => this.#phaseAt(performance.now() - ms)?.add(ms);
  }

  static async begin({ target, accounts, group, rate }) {
    const load = new SteadyLoad(await formGroups(target, accounts, group), rate);
    load.phase('before');
    load.#done = load.#send();
    return load;
  }

  /** From now on sends belong to this phase. @param {string} name */
  phase(name) {
    this.#phases.push({ name, from: performance.now(), latencies: new Latencies() });
  }

  get counts() {
    return countsOf(this.#members);
  }

  /** Milliseconds by phase: p50, p99 and max. */
  get ackMs() {
    return Object.fromEntries(
      this.#phases.map(({ name, latencies }) => [
        name,
        latencies.count > 0 ? { sends: latencies.count, ...latencies.summary() } : null,
      ]),
    );
  }

  /** No more sends; resolves when all are answered. */
  async end() {
    this.#running = false;
    await this.#done;
    await settle(this.#members);
  }

  close() {
    for (const { socket } of this.#members) socket.close();
  }

  async #send() {
    const members = this.#members;
    const startedAt = performance.now();
    for (let sent = 0; this.#running; await delay(TICK_MS)) {
      const now = performance.now();
      for (const due = ((now - startedAt) * this.#rate) / 1000; sent < due; sent++) {
        const member = members[sent % members.length];
        member.send(startedAt + (sent * 1000) / this.#rate);
        member.socket.flush();
      }
    }
  }

  #phaseAt(time) {
    return this.#phases.findLast(({ from }) => from <= time)?.latencies;
  }
}
