import { setTimeout as delay } from 'node:timers/promises';

const SETTLE_MS = 15_000;

/**
 * Waits until every send is answered and every receiver has everything, or until it is clear that this will not be.
 * @param {import('./member.mjs').Member[]} members
 */
export async function settle(members) {
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline && members.some((member) => member.inFlight > 0 || member.lost > 0))
    await delay(20);
  // A second copy would come after the first: give it the time to be noticed.
  await delay(200);
}

/**
 * The counts of a load, over all members.
 * @param {import('./member.mjs').Member[]} members
 */
export function countsOf(members) {
  const sum = (read) => members.reduce((total, member) => total + read(member), 0);
  return {
    sent: sum((member) => member.sent),
    acked: sum((member) => member.acked),
    refused: sum((member) => member.refused),
    unanswered: sum((member) => member.inFlight),
    delivered: sum((member) => member.check.delivered),
    lost: sum((member) => member.lost),
    doubled: sum((member) => member.check.doubled),
    outOfOrder: sum((member) => member.check.outOfOrder),
    disconnected: members.filter((member) => member.lostConnection !== null).length,
    firstRefusal: members.find((member) => member.firstRefusal !== null)?.firstRefusal ?? null,
    firstDisconnect: members.find((member) => member.lostConnection !== null)?.lostConnection ?? null,
  };
}
