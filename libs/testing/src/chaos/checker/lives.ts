import type { EntryOf } from '../history';

/** What a process has when it is warm: its code is compiled, its connections and caches are there. */
const WARM_MS = 60_000;
/** A process that lives so long must not grow by more than that, once it is warm. */
const LONG_LIFE_MS = 5 * 60_000;
const RSS_GROWTH = 1.3;

/** From the start of a process to its end, as far as it was watched. */
export interface Life {
  process: string;
  pid: number;
  ms: number;
  /** `warm`: a minute after the first reading; the last one of a shorter life. */
  rssBytes: { start: number; warm: number; peak: number; end: number };
  files: { start: number; peak: number; end: number };
  closeWait: { peak: number; end: number };
  /** It was there to the end of the run: the last reading was taken after the time to give back what it held. */
  isSettled: boolean;
}

/** All lives of all processes, in the order in which they began. */
export function livesOf(readings: Iterable<EntryOf<'vitals'>>): Life[] {
  const lives = new Map<string, { life: Life; from: number }>();
  for (const reading of readings) {
    const { process, pid, at } = reading;
    const known = lives.get(`${process} ${pid}`);
    const { life, from } = known ?? { life: begin(reading), from: at };
    if (!known) lives.set(`${process} ${pid}`, { life, from });
    const isWarm = life.ms >= WARM_MS;
    life.ms = at - from;
    proceed(life, reading, isWarm);
  }
  return [...lives.values()].map(({ life }) => life);
}

function begin({ process, pid, rssBytes, files, closeWait }: EntryOf<'vitals'>): Life {
  return {
    process,
    pid,
    ms: 0,
    rssBytes: { start: rssBytes, warm: rssBytes, peak: rssBytes, end: rssBytes },
    files: { start: files, peak: files, end: files },
    closeWait: { peak: closeWait, end: closeWait },
    isSettled: false,
  };
}

function proceed(
  life: Life,
  { rssBytes, files, closeWait, isLast }: EntryOf<'vitals'>,
  isWarm: boolean,
): void {
  if (!isWarm) life.rssBytes.warm = rssBytes;
  for (const [held, now] of [
    [life.rssBytes, rssBytes],
    [life.files, files],
    [life.closeWait, closeWait],
  ] as const) {
    held.peak = Math.max(held.peak, now);
    held.end = now;
  }
  life.isSettled = isLast ?? false;
}

/** What it has not given back. */
export function leaksOf({ process, ms, rssBytes, closeWait, isSettled }: Life): string[] {
  const { warm, end } = rssBytes;
  // One that a fault has ended held what V8 had not collected yet, and what its clients had not closed.
  if (!isSettled) return [];
  const hasGrown = ms >= LONG_LIFE_MS && end > warm * RSS_GROWTH;
  const growth = `${process} grew from ${mebibytes(warm)} to ${mebibytes(end)} MiB in ${Math.round(ms / 1_000)} s`;
  return [
    ...(closeWait.end > 0 ? [`${process} has ${closeWait.end} sockets in CLOSE_WAIT`] : []),
    ...(hasGrown ? [growth] : []),
  ];
}

const mebibytes = (bytes: number) => Math.round(bytes / 1_048_576);
