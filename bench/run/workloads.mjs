import { setTimeout as delay } from 'node:timers/promises';
import { runBesideConsumer } from './consumer.mjs';
import { generate, mapValues } from './generator.mjs';
import { residentKb } from './usage.mjs';

const GROUPS = { people: 200, size: 4, inFlight: 4 };
const PACED_PER_SECOND = 1_500;
const FAN_OUT = [200, 1_000];
const FAN_OUT_IN_FLIGHT = 32;
const HOT = { room: 200, calm: 100, group: 4 };
const HTTP_CONNECTIONS = 50;
/** Of each kind, per second of `--seconds`. */
const SEARCHES_PER_SECOND = 30;
const WARMUP_SECONDS = 3;
const SETTLE_MS = 1_500;

/**
 * The workloads. `run` gets a place to load (`target`, `processes`: pid by name, `memory`: those whose memory counts)
 * and gives the figures.
 */
export const WORKLOADS = {
  /** First, on fresh processes: memory that earlier loads have left would hide what a socket costs. */
  w3: {
    title: (options) => `W3 ramp to ${options.idle} idle sockets`,
    run: async (place, accounts, options) => {
      const memory = {};
      const result = await generate(
        { workload: 'idle', target: place.target, accounts: accounts.slice(0, options.idle) },
        place.processes,
        async (phase) => {
          await delay(SETTLE_MS);
          for (const [name, pid] of Object.entries(place.memory))
            (memory[name] ??= {})[phase] = await residentKb(pid);
        },
      );
      const kbPerSocket = mapValues(memory, ({ baseline, hold }) => (hold - baseline) / result.sockets);
      return { ...result, kbPerSocket };
    },
  },
  /** Before the saturating ones: what those leave to write to disk would be in its latencies. */
  paced: {
    title: () => `W1 paced, ${PACED_PER_SECOND} sends/s offered`,
    run: (place, accounts, { seconds }) =>
      generate(
        {
          workload: 'openLoop',
          target: place.target,
          accounts: accounts.slice(0, GROUPS.people),
          groupSize: GROUPS.size,
          rate: PACED_PER_SECOND,
          warmupSeconds: WARMUP_SECONDS,
          seconds,
        },
        place.processes,
      ),
    notificationsPerMessage: GROUPS.size - 1,
  },
  w1: {
    title: () =>
      `W1 ${GROUPS.people} sockets, groups of ${GROUPS.size}, ${GROUPS.inFlight} sends in flight each`,
    run: (place, accounts, options) =>
      generate(
        closedLoop(place, accounts.slice(0, GROUPS.people), options, {
          groupSize: GROUPS.size,
          sendersPerGroup: GROUPS.size,
          inFlight: GROUPS.inFlight,
        }),
        place.processes,
      ),
    notificationsPerMessage: GROUPS.size - 1,
  },
  consumer: {
    title: () => 'W1 without the notification service (stopped) and with it, in turns',
    isOurs: true,
    run: (place, accounts, options) =>
      runBesideConsumer(
        place,
        closedLoop(place, accounts.slice(0, GROUPS.people), options, {
          groupSize: GROUPS.size,
          sendersPerGroup: GROUPS.size,
          inFlight: GROUPS.inFlight,
        }),
        GROUPS.size - 1,
      ),
  },
  ...Object.fromEntries(
    FAN_OUT.map((members) => [
      `w2-${members}`,
      {
        title: () => `W2 one sender, ${members} members`,
        run: (place, accounts, options) =>
          generate(
            closedLoop(place, accounts.slice(0, members), options, {
              groupSize: members,
              sendersPerGroup: 1,
              inFlight: FAN_OUT_IN_FLIGHT,
            }),
            place.processes,
          ),
        // Millions of notifications, in a few seconds: the next workload gets a system without them.
        leavesBacklog: true,
      },
    ]),
  ),
  hot: {
    title: () =>
      `One loud member of a room of ${HOT.room}, beside ${HOT.calm} people in groups of ${HOT.group}`,
    isOurs: true,
    run: (place, accounts, { seconds }) =>
      generate(
        {
          workload: 'hot',
          target: place.target,
          accounts: accounts.slice(0, HOT.room + HOT.calm),
          roomSize: HOT.room,
          groupSize: HOT.group,
          warmupSeconds: WARMUP_SECONDS,
          seconds,
        },
        place.processes,
      ),
    leavesBacklog: true,
  },
  search: {
    title: () => 'Search in 200,000 messages, one request after the other',
    isOurs: true,
    run: (place, accounts, { seconds }) =>
      generate(
        {
          workload: 'search',
          target: place.target,
          accounts: accounts.slice(0, 4),
          chatDbUrl: place.chatDbUrl,
          // A latency tells what else the cores had to do; what a search costs them does not.
          pids: [place.processes['chat-1'], place.processes.mongodb],
          requests: SEARCHES_PER_SECOND * seconds,
        },
        place.processes,
      ),
    leavesBacklog: true,
  },
  http: {
    title: () => `HTTP GET /users/me, ${HTTP_CONNECTIONS} kept-alive connections`,
    isHttp: true,
    run: (place, accounts, { seconds }) =>
      generate(
        {
          workload: 'http',
          target: place.target,
          accounts,
          path: '/users/me',
          connections: HTTP_CONNECTIONS,
          warmupSeconds: WARMUP_SECONDS,
          seconds,
        },
        place.processes,
      ),
  },
};

/** How many accounts the chosen workloads need. */
export const accountsNeeded = (options) => Math.max(options.idle, ...FAN_OUT, GROUPS.people);

const closedLoop = (place, accounts, { seconds }, shape) => ({
  workload: 'closedLoop',
  target: place.target,
  accounts,
  warmupSeconds: WARMUP_SECONDS,
  seconds,
  ...shape,
});
