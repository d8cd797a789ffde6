import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openPlace, PRODUCTION } from '../../tools/chaos/place.mjs';
import { ensureBuilt } from '../../tools/lib/build.mjs';
import { fromDist } from '../../tools/lib/dist.mjs';
import { createAccounts } from '../run/accounts.mjs';
import { Latencies } from '../load/latencies.mjs';
import { machine } from '../run/report.mjs';
import { Talker } from './talker.mjs';

const VICTIM = 'chat-1';
/** As the supervisor of `npm start` does. */
const BEFORE_RESTART_MS = 100;
const QUIET_MS = 3_000;
const PATIENCE_MS = 30_000;

/**
 * People talk, each in turn, in groups of four; the only chat instance is killed again and again. How long until each of them
 * has an answer again?
 * @param {{ people: number, rounds: number }} options
 * @param {(text: string) => void} show what it is at
 */
export async function runComeback(options, show) {
  show('building');
  await ensureBuilt();
  show('starting PostgreSQL, MongoDB, RabbitMQ and the services');
  const instances = { gateway: 1, user: 1, chat: 1, notification: 1 };
  const place = await openPlace(
    { instances, without: '', settings: PRODUCTION },
    { onEnd: () => {}, onLine: () => {} },
  );
  try {
    return await measure(options, place, show);
  } finally {
    show('stopping everything');
    await place.close();
  }
}

async function measure({ people, rounds }, place, show) {
  const load = { before: os.loadavg() };
  const { SyncedClient } = fromDist('libs/testing/src/synced/synced-client.js');
  const accounts = await createAccounts({
    postgresUrl: place.env.POSTGRES_URL,
    secret: place.env.JWT_ACCESS_SECRET,
    count: people,
  });
  const talkers = accounts.map((account) => new Talker(SyncedClient, place.gateways, account));
  await Talker.group(talkers, place.gateways[0]);
  const talking = Promise.all(talkers.map((talker) => talker.talk()));
  const victim = place.processes.find(({ name }) => name === VICTIM);
  const each = [];
  for (let round = 1; round <= rounds; round++) {
    show(`round ${round} of ${rounds}`);
    await delay(QUIET_MS);
    each.push(await killOnce(victim, talkers));
  }
  for (const talker of talkers) talker.finish();
  const acks = (await talking).flat();
  show('looking at what is stored');
  const verdict = await Talker.judge(talkers, acks);
  return {
    machine: machine(),
    options: { people, rounds },
    load: { ...load, after: os.loadavg() },
    sends: acks.length,
    rounds: each,
    verdict,
  };
}

/** Milliseconds from the kill until the process serves, and until each of those who talk has an answer. */
async function killOnce(victim, talkers) {
  const killedAt = performance.now();
  victim.kill('SIGKILL');
  await victim.exited();
  const served = Promise.all(talkers.map((talker) => talker.nextAnswer(PATIENCE_MS)));
  await delay(BEFORE_RESTART_MS);
  await victim.restart();
  const readyMs = Math.round(performance.now() - killedAt);
  const latencies = new Latencies();
  for (const at of await served) latencies.add(at - killedAt);
  return { readyMs, servedMs: latencies.summary() };
}
