import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Clock ticks per second of /proc/<pid>/stat; 100 on every Linux that Node runs on. */
const TICKS = 100;
const SAMPLES = 5;

/** Seconds of processor time that a process has used so far; 0 when it cannot be read. @param {number} pid */
export function cpuSeconds(pid) {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? 0 : (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Resident memory of a process in kB, the least of some samples: what is left when garbage has been collected. */
export async function residentKb(pid) {
  let least = Infinity;
  for (let sample = 0; sample < SAMPLES; sample++) {
    if (sample > 0) await delay(400);
    const kb = /^Rss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
    least = Math.min(least, Number(kb ?? Infinity));
  }
  return least;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
