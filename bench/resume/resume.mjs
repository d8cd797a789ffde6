import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openPlace, PRODUCTION } from '../../tools/chaos/place.mjs';
import { ensureBuilt } from '../../tools/lib/build.mjs';
import { freePort } from '../../tools/lib/ports.mjs';
import { Latencies } from '../load/latencies.mjs';
import { createAccounts } from '../run/accounts.mjs';
import { mapValues } from '../run/generator.mjs';
import { machine } from '../run/report.mjs';
import { cpuSeconds } from '../run/usage.mjs';
import { accountsNeeded, eachOf, gather } from './people.mjs';
import { watchStore } from './store-work.mjs';
import { judge, readTruth } from './truth.mjs';

/** What each conversation holds before anybody goes away. */
const SAID_BEFORE = 10;
const AT_ONCE = 50;
const HOLDING = 64;
const PROFILER = new URL('profile.mjs', import.meta.url).href;

/**
 * Clients leave one chat instance, their conversations change, and they come back on another one and read what they have
 * missed; again and again. In the end each must hold what the store holds.
 * @param {{ clients: number, conversations: number, group: number, missed: number, away: number, spread: number, rounds: number,
 *   kill: boolean, profile?: string }} options
 * @param {(text: string) => void} show what it is at
 */
export async function runResume(options, show) {
  show('building');
  await ensureBuilt();
  show('starting PostgreSQL, MongoDB, RabbitMQ and the services');
  const load = { before: os.loadavg() };
  const chatPorts = [await freePort(), await freePort(), await freePort()];
  const place = await openPlace(
    {
      instances: { chat: 3, gateway: 2, notification: 1 },
      without: '',
      chatPorts,
      settings: PRODUCTION,
      // Each gateway leads to one instance, so that the run knows where its clients are.
      settingsOf: (name) => {
        const number = /^gateway-(\d)$/.exec(name)?.[1];
        if (number) return { CHAT_SERVICE_URL: `http://127.0.0.1:${chatPorts[number - 1]}` };
        if (name === 'chat-2' && options.profile)
          return { NODE_OPTIONS: `--import=${PROFILER}`, PROFILE_DIR: options.profile };
        return {};
      },
    },
    { onEnd: () => {}, onLine: () => {} },
  );
  try {
    const resume = new Resume(options, place, chatPorts[2], show);
    const rounds = await resume.run();
    load.after = os.loadavg();
    return { machine: machine(), load, options, conversations: resume.conversations, rounds };
  } finally {
    show('stopping everything');
    await place.close();
  }
}

const onLoopback = (port) => ({ host: '127.0.0.1', port: Number(port) });

class Resume {
  #people;

  constructor(options, place, writersPort, show) {
    Object.assign(this, { options, place, show });
    this.writers = onLoopback(writersPort);
    [this.left, this.right] = place.gateways.map((origin) => onLoopback(new URL(origin).port));
  }

  get conversations() {
    return this.#people.conversations.length;
  }

  async run() {
    const { env } = this.place;
    const accounts = await createAccounts({
      postgresUrl: env.POSTGRES_URL,
      secret: env.JWT_ACCESS_SECRET,
      count: accountsNeeded(this.options.clients),
    });
    this.show(`${this.options.clients} clients form their groups`);
    this.#people = await gather(this.options, accounts, this.writers);
    this.store = await watchStore(this.place.chatDbUrl);
    try {
      await eachOf(this.#people.conversations, HOLDING, async (conversation) => {
        for (let said = 0; said < SAID_BEFORE; said++) await conversation.say();
      });
      const rounds = [];
      for (let number = 1; number <= this.options.rounds; number++) {
        rounds.push(await this.#round(number, 0));
        if (this.options.spread > 0) rounds.push(await this.#round(number, this.options.spread));
      }
      return rounds;
    } finally {
      this.#people.close();
      await this.store.close();
    }
  }

  /** On the first instance; then away; then back on the second one, within `spread` seconds. */
  async #round(number, spread) {
    const { returners } = this.#people;
    const how = spread === 0 ? 'all at once' : `within ${spread} s`;
    this.show(`round ${number}: everybody is on the first instance`);
    await eachOf(returners, AT_ONCE, (returner) => returner.comeBack(this.left));
    const before = returners.map(({ position }) => position);
    this.#leave();
    const awaySeconds = await this.#writeMeanwhile(`round ${number}, ${how}`);
    this.show(`round ${number}: all come back to the second instance, ${how}`);
    this.#toggleProfile();
    const figures = await this.#comeBack(spread);
    this.#toggleProfile();
    const missed = returners.reduce((sum, { position }, index) => sum + position - before[index], 0);
    this.show(`round ${number}: comparing with the store`);
    const verdict = judge(returners, await readTruth(this.place.chatDbUrl));
    for (const returner of returners) returner.close();
    if (this.options.kill) await this.#first.restart();
    return {
      number,
      spread,
      awaySeconds,
      missedPerClient: round(missed / returners.length),
      ...figures,
      verdict,
    };
  }

  #leave() {
    if (this.options.kill) this.#first.kill();
    for (const returner of this.#people.returners) returner.close();
  }

  /** So many changes in each conversation, evenly over the time away, or as fast as they are stored. */
  async #writeMeanwhile(what) {
    const { conversations } = this.#people;
    const { away, missed, conversations: perClient } = this.options;
    const total = conversations.length * Math.ceil(missed / perClient);
    const startedAt = performance.now();
    const since = () => (performance.now() - startedAt) / 1_000;
    let made = 0;
    await eachOf(Array.from({ length: total }), HOLDING, async (_, index) => {
      await delay(Math.max(0, ((index + 1) / total) * away - since()) * 1_000);
      await conversations[index % conversations.length].change();
      made++;
      this.show(`${what}: away for ${since().toFixed(0)} of ${away} s, ${made} of ${total} changes`);
    });
    return round(since());
  }

  async #comeBack(spread) {
    const { returners } = this.#people;
    const taken = { connectMs: new Latencies(), syncMs: new Latencies(), allMs: new Latencies() };
    const processes = { ...this.#pids, clients: process.pid };
    const end = await this.store.begin();
    const [before, startedAt] = [mapValues(processes, cpuSeconds), performance.now()];
    const failures = [];
    const retries = {};
    const onRetry = (reason) => (retries[reason] = (retries[reason] ?? 0) + 1);
    let calls = 0;
    await Promise.all(
      returners.map(async (returner, index) => {
        if (spread > 0) await delay(((index * spread) / returners.length) * 1_000);
        try {
          const times = await returner.comeBack(this.right, onRetry);
          calls += times.calls;
          for (const [name, latencies] of Object.entries(taken)) latencies.add(times[name]);
        } catch (error) {
          failures.push(error.message);
        }
      }),
    );
    return {
      storeCommands: await end(),
      seconds: round((performance.now() - startedAt) / 1_000),
      calls,
      retries,
      failed: failures.length,
      firstFailure: failures[0] ?? null,
      ...mapValues(taken, (latencies) => latencies.summary()),
      cpuSeconds: mapValues(processes, (pid, name) => round(cpuSeconds(pid) - before[name])),
    };
  }

  get #pids() {
    return Object.fromEntries(this.place.processes.map(({ name, pid }) => [name, pid]));
  }

  #toggleProfile() {
    if (this.options.profile) process.kill(this.#pids['chat-2'], 'SIGUSR2');
  }

  get #first() {
    return this.place.processes.find(({ name }) => name === 'chat-1');
  }
}

const round = (value) => Number(value.toFixed(2));
