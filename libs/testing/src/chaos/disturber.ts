import type { ProcessHandle } from '../../../../tools/infra/index.mjs';
import type { NetworkFault } from '../network/stream';
import { throwSwitches } from '../switches';
import { badnessOf, FAULTS, type FaultKind, type Kind, type NetworkHow } from './fault-kinds';
import type { HistoryWriter } from './history';
import { Locks } from './locks';
import type { Place } from './place';
import type { PlannedFault } from './plan';
import { signalFamily } from './process-family';

/** A process that drains must be gone by then. */
const DRAIN_MS = 10_000;
/** So long an armed process may take to come by the place where it is to end. */
const COMES_BY_MS = 10_000;
/** How often all ways to something fail together, instead of one of them. */
const ALL_TOGETHER = 0.25;

/** What is said of a fault that has not happened. */
export const NEVER_CAME_BY = 'never came by';

type Wait = (ms: number) => Promise<void>;
type Of<On extends Kind['on']> = Extract<Kind, { on: On }>;

/** Does to the processes of a place and to the ways between them what the plan says, and undoes it. */
export class Disturber {
  /** Processes that were told to end, and have not come back. */
  readonly wanted = new Set<string>();
  /** Faults that come at the same time hit different things. */
  private readonly locks = new Locks();

  constructor(
    private readonly place: Place,
    private readonly history: HistoryWriter,
  ) {}

  /** Resolves when the fault is healed: the process is ready again, the way works. */
  carryOut(fault: PlannedFault, wait: Wait): Promise<void> {
    const kind = FAULTS[fault.kind];
    switch (kind.on) {
      case 'process':
        return this.onProcess(kind, fault, wait);
      case 'network':
        return this.onNetwork(kind, fault, wait);
      case 'crash':
        return this.onCrash(kind, fault, wait);
      case 'line':
        return this.onLine(kind, fault, wait);
    }
  }

  private async onNetwork({ how, what }: Of<'network'>, fault: PlannedFault, wait: Wait): Promise<void> {
    const { network } = this.place;
    const all = network.paths.filter(({ to }) => to === what);
    const paths =
      fault.die < ALL_TOGETHER ? all : [pick(all, (fault.die - ALL_TOGETHER) / (1 - ALL_TOGETHER))];
    const target = paths.map(({ name }) => name).join(' ');
    await this.locks.with(`to ${what}`, async () => {
      const effect = effectOf(how, fault.extent);
      this.note(fault.kind, target, 'begin', { detail: describe(effect) });
      await network.disturb(paths, effect);
      await wait(fault.forMs);
      await network.heal(paths);
      this.note(fault.kind, target, 'end');
    });
  }

  private async onProcess({ how, what }: Of<'process'>, fault: PlannedFault, wait: Wait): Promise<void> {
    const target = pick(this.processesOf(what), fault.die);
    await this.locks.with(target.name, async () => {
      this.note(fault.kind, target.name, 'begin');
      if (how === 'freeze') {
        signalFamily(target, 'SIGSTOP');
        await wait(fault.forMs);
        signalFamily(target, 'SIGCONT');
        this.note(fault.kind, target.name, 'end');
        return;
      }
      const endedAfter = await this.end(target, how === 'kill' ? 'SIGKILL' : 'SIGTERM');
      await wait(fault.forMs);
      await target.restart();
      this.wanted.delete(target.name);
      const isLate = how === 'restart' && endedAfter > DRAIN_MS;
      this.note(fault.kind, target.name, 'end', isLate ? { note: `drained in ${endedAfter} ms` } : {});
    });
  }

  private async onCrash({ what, point }: Of<'crash'>, fault: PlannedFault, wait: Wait): Promise<void> {
    const target = pick(this.processesOf(what), fault.die);
    const tell = (crash: typeof point | null) => throwSwitches(this.place.switches, target, { crash });
    await this.locks.with(target.name, async () => {
      this.note(fault.kind, target.name, 'begin');
      this.wanted.add(target.name);
      const crashed = target.exited().then(() => true);
      await tell(point);
      if (!(await Promise.race([crashed, wait(COMES_BY_MS).then(() => false)])) && (await tell(null))) {
        this.wanted.delete(target.name);
        this.note(fault.kind, target.name, 'end', { detail: NEVER_CAME_BY });
        return;
      }
      await wait(fault.forMs);
      await target.restart();
      this.wanted.delete(target.name);
      this.note(fault.kind, target.name, 'end');
    });
  }

  private async onLine({ how, line, what }: Of<'line'>, fault: PlannedFault, wait: Wait): Promise<void> {
    const badness = badnessOf(how, fault.forMs, fault.extent);
    await this.locks.with(line, async () => {
      const all = this.processesOf(what).filter(({ name }) => !this.wanted.has(name));
      const targets = how === 'part' && all.length > 0 ? [pick(all, fault.die)] : all;
      const names = targets.map(({ name }) => name).join(' ');
      this.note(fault.kind, names, 'begin', { detail: JSON.stringify(badness) });
      const told = targets.map((target) => throwSwitches(this.place.switches, target, { [line]: badness }));
      const isTold = (await Promise.all(told)).includes(true);
      await wait(fault.forMs);
      this.note(fault.kind, names, 'end', isTold ? {} : { detail: NEVER_CAME_BY });
    });
  }

  private processesOf(what: string): ProcessHandle[] {
    return this.place.processes.filter(({ name }) => name.startsWith(what));
  }

  private async end(target: ProcessHandle, signal: NodeJS.Signals): Promise<number> {
    this.wanted.add(target.name);
    const startedAt = performance.now();
    target.kill(signal);
    await target.exited();
    return Math.round(performance.now() - startedAt);
  }

  private note(
    name: FaultKind,
    target: string,
    phase: 'begin' | 'end',
    more: { note?: string; detail?: string } = {},
  ): void {
    this.history.add({ kind: 'fault', at: this.history.now, name, target, phase, ...more });
  }
}

function pick<T>(candidates: readonly T[], die: number): T {
  const found = candidates[Math.floor(die * candidates.length)];
  if (found === undefined) throw new Error('there is nothing in this place that the fault could hit');
  return found;
}

/** `extent`: 0 is harmless, 1 is the worst. */
function effectOf(how: NetworkHow, extent: number): NetworkFault {
  switch (how) {
    case 'cut':
      return { kind: 'cut' };
    case 'delay':
      return { kind: 'delay', ms: Math.round(20 + extent * 480) };
    case 'clip':
      return { kind: 'clip', bytes: Math.round(10 ** (4.5 - extent * 3)) };
    case 'mute':
      if (extent < 1 / 3) return { kind: 'mute', ways: ['back'] };
      return { kind: 'mute', ways: extent < 2 / 3 ? ['forth'] : ['forth', 'back'] };
  }
}

function describe(effect: NetworkFault): string {
  if (effect.kind === 'delay') return `${effect.ms} ms`;
  if (effect.kind === 'clip') return `after ${effect.bytes} bytes`;
  return effect.kind === 'mute' ? effect.ways.join(' and ') : '';
}
