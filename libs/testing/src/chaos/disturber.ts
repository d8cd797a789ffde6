import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessHandle } from '../../../../tools/infra/index.mjs';
import { FAULTS } from './fault-kinds';
import type { HistoryWriter } from './history';
import type { Place } from './place';
import type { PlannedFault } from './plan';

/** A process that drains must be gone by then. */
const DRAIN_MS = 10_000;

/** Does to the processes of a place what the plan says, and undoes it. */
export class Disturber {
  /** Processes that were told to end, and have not come back. */
  readonly wanted = new Set<string>();

  constructor(
    private readonly place: Place,
    private readonly history: HistoryWriter,
  ) {}

  /** Resolves when the fault is healed: the process is ready again. */
  async carryOut({ kind, die, forMs }: PlannedFault, wait: (ms: number) => Promise<void>): Promise<void> {
    const { how, what } = FAULTS[kind];
    const candidates = this.place.processes.filter(({ name }) => name.startsWith(what));
    const target = candidates[Math.floor(die * candidates.length)];
    if (!target) throw new Error(`there is no process for ${kind}`);
    const note = (phase: 'begin' | 'end', more?: string) =>
      this.history.add({
        kind: 'fault',
        at: this.history.now,
        name: kind,
        target: target.name,
        phase,
        ...(more !== undefined && { note: more }),
      });
    note('begin');
    if (how === 'freeze') {
      signalFamily(target, 'SIGSTOP');
      await wait(forMs);
      signalFamily(target, 'SIGCONT');
      note('end');
      return;
    }
    const endedAfter = await this.end(target, how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    await wait(forMs);
    await target.restart();
    this.wanted.delete(target.name);
    note('end', how === 'restart' && endedAfter > DRAIN_MS ? `drained in ${endedAfter} ms` : undefined);
  }

  private async end(target: ProcessHandle, signal: NodeJS.Signals): Promise<number> {
    this.wanted.add(target.name);
    const startedAt = performance.now();
    target.kill(signal);
    await target.exited();
    return Math.round(performance.now() - startedAt);
  }
}

/** PostgreSQL works in children of the process that we know, each in a group of its own. */
function signalFamily({ pid }: ProcessHandle, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, signal);
    } catch {
      // Gone meanwhile.
    }
  }
}

function childrenOf(parent: number): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && parentOf(pid) === parent);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
