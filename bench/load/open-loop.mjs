import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from './latencies.mjs';
import { formGroups } from './member.mjs';
import { countsOf, settle } from './outcome.mjs';

const TICK_MS = 2;

/**
 * Sends at a fixed rate, whatever the server does; a latency counts from when its send was due, so that a stall is
 * charged to all sends that it delays.
 */
export async function openLoop({ target, accounts, groupSize, rate, warmupSeconds, seconds, phase }) {
  const members = await formGroups(target, accounts, groupSize);
  const latencies = new Latencies();
  let measuring = false;
  for (const member of members) {
    member.onAck = (ms) => {
      if (measuring) latencies.add(ms);
    };
  }
  const startedAt = performance.now();
  const measureFrom = startedAt + warmupSeconds * 1000;
  const endAt = measureFrom + seconds * 1000;
  for (let sent = 0, now = startedAt; now < endAt; now = performance.now()) {
    if (!measuring && now >= measureFrom) {
      measuring = true;
      phase('measure');
    }
    for (const due = ((now - startedAt) * rate) / 1000; sent < due; sent++) {
      const member = members[sent % members.length];
      member.send(startedAt + (sent * 1000) / rate);
      member.socket.flush();
    }
    await delay(TICK_MS);
  }
  phase('measured');
  await settle(members);
  for (const member of members) member.socket.close();
  return { seconds, offeredPerSecond: rate, ackMs: latencies.summary(), ...countsOf(members) };
}
