/** What may go badly without anybody noticing: hints between instances, and events on their way to the broker. */
export const BAD_LINES = ['bus', 'events'] as const;
export type BadLine = (typeof BAD_LINES)[number];

/** How badly, for how long. Chances in percent. */
export interface Badness {
  forMs: number;
  drop?: number;
  double?: number;
  /** Held back for a moment, so that others overtake. */
  hold?: number;
  /** Nothing goes out and nothing comes in. */
  apart?: boolean;
}

const MOST_HELD_MS = 300;
const ONCE: readonly number[] = [0];

const lines = new Map<BadLine, Badness & { until: number }>();

/** Only for tests (switches.ts). */
export function spoil(line: BadLine, badness: Badness): void {
  lines.set(line, { ...badness, until: performance.now() + badness.forMs });
}

/** How often to send what is to be sent once, and after how many milliseconds each time. */
export function sendings(line: BadLine): readonly number[] {
  const badness = badnessOf(line);
  if (!badness) return ONCE;
  const { apart = false, drop = 0, double = 0, hold = 0 } = badness;
  if (apart || happens(drop)) return [];
  const pause = () => (happens(hold) ? Math.random() * MOST_HELD_MS : 0);
  return happens(double) ? [pause(), pause()] : [pause()];
}

/** Whether what comes in has been lost on its way. */
export const isCutOff = (line: BadLine): boolean => badnessOf(line)?.apart ?? false;

function badnessOf(line: BadLine): Badness | undefined {
  const badness = lines.get(line);
  if (badness && badness.until < performance.now()) lines.delete(line);
  return lines.get(line);
}

const happens = (percent: number) => Math.random() * 100 < percent;
