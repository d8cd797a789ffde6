import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from './latencies.mjs';
import { formGroups } from './member.mjs';
import { countsOf, settle } from './outcome.mjs';

/**
 * Senders keep `inFlight` sends unanswered each, for `seconds` after a warm-up. With one sender it is the fan-out
 * workload, with all of them the chat workload.
 */
export async function closedLoop({
  target,
  accounts,
  groupSize,
  sendersPerGroup,
  inFlight,
  warmupSeconds,
  seconds,
  phase,
}) {
  const members = await formGroups(target, accounts, groupSize);
  const senders = members.filter((_, index) => index % groupSize < sendersPerGroup);
  const delivered = () => members.reduce((total, member) => total + member.check.delivered, 0);
  const acked = () => members.reduce((total, member) => total + member.acked, 0);
  const latencies = new Latencies();
  let [running, measuring] = [true, false];
  for (const sender of senders) {
    sender.onAck = (ms) => {
      if (measuring) latencies.add(ms);
      // Goes out with the others when the chunk of data that brought the ack is read to its end.
      if (running && sender.lostConnection === null) sender.send();
    };
    for (let i = 0; i < inFlight; i++) sender.send();
    sender.socket.flush();
  }
  await delay(warmupSeconds * 1000);
  phase('measure');
  const before = { at: performance.now(), delivered: delivered(), acked: acked() };
  measuring = true;
  await delay(seconds * 1000);
  measuring = false;
  const elapsed = (performance.now() - before.at) / 1000;
  const after = { delivered: delivered(), acked: acked() };
  phase('measured');
  running = false;
  await settle(members);
  for (const member of members) member.socket.close();
  return {
    seconds: elapsed,
    sendsPerSecond: (after.acked - before.acked) / elapsed,
    deliveriesPerSecond: (after.delivered - before.delivered) / elapsed,
    ackMs: latencies.summary(),
    ...countsOf(members),
  };
}
