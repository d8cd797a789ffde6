import type { DoNotDisturbDto } from '@app/contracts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than a batch of notifications. There are some hundred zones. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}

/**
 * Whether the clock on the user's wall stands within the hours. Wall times are compared as they are: a clock that is put forward
 * or back skips or repeats a part of the hours, as its owner does.
 */
export function isWithin({ from, to, timeZone }: DoNotDisturbDto, at: Date): boolean {
  const now = clockOf(timeZone).format(at);
  if (from === to) return true;
  return from < to ? from <= now && now < to : now >= from || now < to;
}
