import { readFileSync, writeFileSync } from 'node:fs';

const NAMES = ['chat-1', 'gateway-1'];

/** MB of a line of what the kernel says of the processes: VmRSS now, VmHWM the most so far. */
const read = (processes, line) =>
  Object.fromEntries(
    NAMES.map((name) => {
      const status = readFileSync(`/proc/${processes[name]}/status`, 'utf8');
      return [name, Math.round(Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024)];
    }),
  );

/** The most memory that the processes have held since their start, or since `forgetPeaks`, in MB. */
export const peaks = (processes) => read(processes, 'VmHWM');

/** From now on the most is counted anew; what they hold at this moment, in MB. */
export function forgetPeaks(processes) {
  for (const name of NAMES) writeFileSync(`/proc/${processes[name]}/clear_refs`, '5');
  return read(processes, 'VmRSS');
}
