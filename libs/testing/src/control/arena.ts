import { setTimeout as delay } from 'node:timers/promises';
import type { Place } from '../chaos/place';

/** Where a design is put to the test: this system, or a naive one. */
export interface Arena extends Place {
  isNaive: boolean;
  close(): Promise<void>;
}

/** What was found, in the words of the report. */
export type Figures = Record<string, number>;

/** SIGKILL to one process after the other of those whose names begin so, each started again on its data. */
export async function killInTurn(
  { processes }: Arena,
  what: string,
  { times, everyMs, downMs }: { times: number; everyMs: number; downMs: number },
  progress: (text: string) => void,
): Promise<void> {
  const targets = processes.filter(({ name }) => name.startsWith(what));
  for (let kill = 0; kill < times; kill++) {
    progress(`${kill} of ${times} kills of ${what} done`);
    await delay(everyMs);
    const target = targets[kill % targets.length]!;
    target.kill('SIGKILL');
    await target.exited();
    await delay(downMs);
    await target.restart();
  }
  await delay(everyMs);
}
