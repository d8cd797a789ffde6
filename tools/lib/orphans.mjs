import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { watchChildren } from './children.mjs';
import { isRunning, processIdentity } from './process-info.mjs';

const GRACE_MS = 12_000;

/** Keeps the running children on record in `file`, for the case that this process and its guard are both killed. */
export function recordChildren(file) {
  watchChildren((children) => {
    const records = children.map(({ name, pid, signal }) => ({
      name,
      signal,
      identity: processIdentity(pid),
    }));
    writeFileSync(
      file,
      JSON.stringify(
        records.filter(({ identity }) => identity !== null),
        null,
        2,
      ),
    );
  });
}

/**
 * Ends what a killed predecessor left behind. Only the very processes on record are touched, never another one that
 * got the same pid since.
 * @param {string} file
 * @returns {Promise<string[]>} the names of those that were ended
 */
export async function endOrphans(file) {
  const left = readRecords(file).filter(({ identity }) => isRunning(identity));
  for (const { identity, signal } of left) sendSignal(pidOf(identity), signal);
  const deadline = Date.now() + GRACE_MS;
  while (left.some(({ identity }) => isRunning(identity))) {
    await delay(50);
    if (Date.now() < deadline) continue;
    for (const { identity } of left) if (isRunning(identity)) sendSignal(-pidOf(identity), 'SIGKILL');
  }
  rmSync(file, { force: true });
  return left.map(({ name }) => name);
}

function readRecords(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

function pidOf(identity) {
  return Number.parseInt(identity, 10);
}

function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
