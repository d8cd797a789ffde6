import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openPlace } from '../../tools/chaos/place.mjs';
import { ensureBuilt } from '../../tools/lib/build.mjs';
import { createAccounts } from '../run/accounts.mjs';
import { machine } from '../run/report.mjs';
import { openBooks } from './books.mjs';
import { Listener } from './listener.mjs';
import { SteadyLoad } from './load.mjs';

const WARM_UP_MS = 5_000;
const LOOK_MS = 250;
/** No progress for so long: what has not come will not come. */
const PATIENCE_MS = 60_000;
/** A killed process stays away for about this long. */
const DEAD_MS = [500, 2_000];

/**
 * People write at a steady rate; the broker goes away for a while and comes back; then broker and notification services are
 * killed in turns. In the end every recipient of every message must have been notified, once.
 * @param {{ seconds: number, rate: number, people: number, group: number, kills: number, chat: number, notification: number }} options
 * @param {(text: string) => void} show what it is at
 */
export async function runOutage(options, show) {
  show('building');
  await ensureBuilt();
  show('starting PostgreSQL, MongoDB, RabbitMQ and the services');
  const instances = { chat: options.chat, notification: options.notification };
  const place = await openPlace({ instances, without: '' }, { onEnd: () => {}, onLine: () => {} });
  try {
    const books = await openBooks(place.env);
    const report = await new Outage(options, place, books, show).run();
    await books.close();
    return report;
  } finally {
    show('stopping everything');
    await place.close();
  }
}

class Outage {
  #load;
  #listener;
  #notifiedBefore = 0;

  constructor(options, place, books, show) {
    Object.assign(this, { options, place, books, show });
  }

  async run() {
    const { people, group, rate, seconds, kills } = this.options;
    const load = { before: os.loadavg() };
    await this.#settleBroker();
    const accounts = await createAccounts({
      postgresUrl: this.place.env.POSTGRES_URL,
      secret: this.place.env.JWT_ACCESS_SECRET,
      count: people,
    });
    this.#listener = await Listener.connect(this.place.gateways[0], accounts[1].token);
    const target = { host: '127.0.0.1', port: Number(new URL(this.place.gateways[0]).port) };
    this.#load = await SteadyLoad.begin({ target, accounts, group, rate });
    await this.#wait(WARM_UP_MS, 'warming up');
    this.#notifiedBefore = people - people / group;

    const back = await this.#brokerAway(seconds);
    const rounds = [];
    for (let round = 1; round <= kills; round++) rounds.push(await this.#killRound(round));

    await this.#load.end();
    const lastNotifiedAfter = await this.#drain();
    this.show('counting who was told of what');
    const pairs = await this.books.pairs();
    const { ackMs, counts } = this.#load;
    const pushed = this.#listener.figures;
    this.#load.close();
    this.#listener.close();
    load.after = os.loadavg();
    return {
      machine: machine(),
      load,
      options: this.options,
      ackMs,
      counts,
      back,
      rounds,
      lastNotifiedAfter,
      pushed,
      pairs,
    };
  }

  /** RabbitMQ 3.10 forgets quorum queues that were made a moment before a kill -9; a stop writes their names down. */
  async #settleBroker() {
    this.show('stopping and starting the broker, so that it knows its queues');
    await this.#broker.stop();
    await this.#broker.restart();
    await this.#servicesUp();
  }

  async #brokerAway(seconds) {
    this.#load.phase('away');
    const goneAt = performance.now();
    this.#broker.kill();
    await this.#broker.exited();
    await this.#wait(seconds * 1_000, 'the broker is away');
    const backlog = await this.books.backlog();
    this.show('the broker comes back');
    await this.#broker.restart();
    const awayFor = Number(((performance.now() - goneAt) / 1_000).toFixed(1));
    this.#load.phase('back');
    this.#listener.liveFrom = Date.now();
    const caughtUp = await this.#catchUp();
    const { liveMs } = this.#listener.figures;
    return { awayFor, backlog, ...caughtUp, liveMs };
  }

  /** Seconds until everything that was said before is with the broker, and until everybody knows all but the last second. */
  async #catchUp() {
    const startedAt = performance.now();
    const since = () => Number(((performance.now() - startedAt) / 1_000).toFixed(1));
    const moment = new Date();
    const found = { publishedAfter: null, notifiedAfter: null };
    const lastSecond = this.options.rate * (this.options.group - 1);
    let [least, furthest] = [Infinity, new Date(0)];
    for (let progressAt = startedAt; performance.now() - progressAt < PATIENCE_MS; await delay(LOOK_MS)) {
      const [oldest, missing] = [await this.books.oldest(), await this.#missing()];
      if (oldest === null || oldest > moment) found.publishedAfter ??= since();
      if (missing <= lastSecond) found.notifiedAfter ??= since();
      if (found.publishedAfter !== null && found.notifiedAfter !== null) break;
      const behind = oldest === null ? 0 : Math.max(0, Math.round((Date.now() - oldest) / 1_000));
      this.show(`catching up for ${since()} s: the outbox is ${behind} s behind, ${missing} not notified`);
      // Live traffic goes on: what is missing may grow while the outbox empties.
      if (missing < least || oldest > furthest) progressAt = performance.now();
      least = Math.min(least, missing);
      furthest = oldest ?? furthest;
    }
    return found;
  }

  async #killRound(round) {
    this.#load.phase('kills');
    const names = Array.from(
      { length: this.options.notification },
      (_, index) => `notification-${index + 1}`,
    );
    const consumer = this.#process(names[round % names.length]);
    this.show(`kill -9, round ${round} of ${this.options.kills}`);
    for (const victim of [this.#broker, consumer]) {
      victim.kill();
      await victim.exited();
      await delay(DEAD_MS[0] + Math.random() * (DEAD_MS[1] - DEAD_MS[0]));
      await victim.restart();
    }
    return this.#catchUp();
  }

  /** Seconds after the last send until the last notification; null: some never came. */
  async #drain() {
    const startedAt = performance.now();
    let progressAt = startedAt;
    for (let least = Infinity; performance.now() - progressAt < PATIENCE_MS; await delay(LOOK_MS)) {
      const missing = await this.#missing();
      if (missing < least) [least, progressAt] = [missing, performance.now()];
      if (missing <= 0 && (await this.books.oldest()) === null) {
        // A double would still be on its way.
        await this.#wait(3_000, 'all have come; looking whether something comes twice');
        return Number(((progressAt - startedAt) / 1_000).toFixed(1));
      }
      this.show(`waiting for the last ${missing} notifications`);
    }
    return null;
  }

  async #missing() {
    const expected = this.#load.counts.acked * (this.options.group - 1) + this.#notifiedBefore;
    return expected - (await this.books.notified());
  }

  async #servicesUp() {
    for (;;) {
      const answers = await Promise.all(
        this.place.gateways.map((origin) => fetch(`${origin}/health/ready`).catch(() => null)),
      );
      if (answers.every((answer) => answer?.ok)) return;
      await delay(LOOK_MS);
    }
  }

  async #wait(ms, what) {
    const until = performance.now() + ms;
    for (let left = ms; left > 0; left = until - performance.now()) {
      const { acked, refused } = this.#load.counts;
      this.show(`${what}: ${Math.ceil(left / 1_000)} s more; ${acked} sends acked, ${refused} refused`);
      await delay(Math.min(left, 500));
    }
  }

  get #broker() {
    return this.#process('rabbitmq');
  }

  #process(name) {
    return this.place.processes.find((process) => process.name === name);
  }
}
