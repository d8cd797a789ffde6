import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from './latencies.mjs';
import { formGroups } from './member.mjs';
import { countsOf, settle } from './outcome.mjs';

const TICK_MS = 2;
const NEIGHBOURS = 5;

/** Sends per second. The loud one is as fast as the default of SEND_RATE_MAX lets anybody be. */
const RATES = { loud: 30, neighbours: 20, calm: 200 };

/**
 * One member of a large room writes as fast as it may, after a time in which it did not: what do others notice, in that room and
 * elsewhere? A latency counts from when its send was due.
 */
export async function hot({ target, accounts, roomSize, groupSize, warmupSeconds, seconds, phase }) {
  const room = await formGroups(target, accounts.slice(0, roomSize), roomSize);
  const calm = await formGroups(target, accounts.slice(roomSize), groupSize);
  const [loud, ...others] = room;
  const groups = { loud: [loud], neighbours: others.slice(0, NEIGHBOURS), calm };
  await stage(groups, { ...RATES, loud: 0 }, warmupSeconds);
  phase('measure');
  const alone = await stage(groups, { ...RATES, loud: 0 }, seconds);
  await stage(groups, RATES, warmupSeconds);
  const beside = await stage(groups, RATES, seconds);
  phase('measured');
  const members = [...room, ...calm];
  await settle(members);
  for (const member of members) member.socket.close();
  const of = (name) => ({ alone: alone[name].summary(), beside: beside[name].summary() });
  return { seconds, hot: { calm: of('calm'), neighbours: of('neighbours') }, ...countsOf(members) };
}

/** Everybody sends at their rate for so long; the latencies of each group. */
async function stage(groups, rates, seconds) {
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  const all = Object.entries(groups).map(([name, members]) => {
    const latencies = new Latencies();
    for (const member of members) member.onAck = (ms) => latencies.add(ms);
    return { name, members, latencies, rate: rates[name], sent: 0 };
  });
  for (let now = startedAt; now < endAt; now = performance.now()) {
    for (const group of all) {
      for (const due = ((now - startedAt) * group.rate) / 1_000; group.sent < due; group.sent++) {
        const member = group.members[group.sent % group.members.length];
        member.send(startedAt + (group.sent * 1_000) / group.rate);
        member.socket.flush();
      }
    }
    await delay(TICK_MS);
  }
  return Object.fromEntries(all.map(({ name, latencies }) => [name, latencies]));
}
