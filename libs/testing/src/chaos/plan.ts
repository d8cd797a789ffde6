import { random } from '../random';
import type { Deed } from './history';
import { FAULTS, type FaultKind } from './fault-kinds';

/** Something that somebody does at a time. `dice` decide what it is done to, of what is there by then. */
export interface Act {
  at: number;
  who: number;
  deed: Deed | 'away';
  dice: [number, number, number];
}

export interface PlannedFault {
  at: number;
  kind: FaultKind;
  /** Which of the things it may hit. */
  die: number;
  /** How bad it is, 0 to 1, where there is a choice. */
  extent: number;
  /** Milliseconds until it is healed. */
  forMs: number;
  /** Those of one lane come one after the other. */
  lane: number;
}

export interface PlanOptions {
  seed: number;
  ms: number;
  people: number;
  groups: number;
  /** Acts a second, of all together. */
  rate: number;
  kinds: readonly FaultKind[];
  /** How many faults there may be at once. */
  overlap: number;
}

export interface Plan {
  acts: Act[];
  faults: PlannedFault[];
  /** Members of each group by their place among the people; the first one makes it. */
  groups: number[][];
}

const WEIGHTS: [Act['deed'], number][] = [
  ['send', 60],
  ['edit', 8],
  ['react', 8],
  ['read', 6],
  ['delete', 3],
  ['unreact', 3],
  ['open', 2],
  ['close', 1],
  ['add', 2],
  ['remove', 1.5],
  ['quit', 0.7],
  ['rejoin', 1.5],
  ['promote', 0.5],
  ['demote', 0.4],
  ['rename', 0.7],
  ['pin', 0.8],
  ['unpin', 0.4],
  ['away', 1],
];
const TOTAL = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
/** Nobody is disturbed before everybody has begun, nor right before the end. */
const QUIET_MS = 3_000;
const BETWEEN_FAULTS = { least: 1_500, more: 3_000 };

/** What happens in a run. The same options give the same plan: nothing in here looks at a clock. */
export function planOf(options: PlanOptions): Plan {
  const { seed } = options;
  return {
    groups: groupsOf(options, random(seed)),
    acts: actsOf(options, random(seed + 1)),
    faults: faultsOf(options, random(seed + 2)),
  };
}

function groupsOf({ people, groups }: PlanOptions, next: () => number): number[][] {
  return Array.from({ length: groups }, (_, index) => {
    const others = shuffled(
      Array.from({ length: people }, (_, person) => person).filter((person) => person !== index % people),
      next,
    );
    const size = Math.max(2, Math.round(people * (0.4 + next() * 0.4)));
    return [index % people, ...others.slice(0, size - 1)];
  });
}

function actsOf({ ms, people, rate }: PlanOptions, next: () => number): Act[] {
  const acts: Act[] = [];
  // Exponential pauses: bursts and lulls, as people are.
  for (let at = 0; ;) {
    at += (-Math.log(1 - next()) * 1_000) / rate;
    if (at >= ms) return acts;
    acts.push({
      at: Math.round(at),
      who: Math.floor(next() * people),
      deed: deedAt(next() * TOTAL),
      dice: [next(), next(), next()],
    });
  }
}

function deedAt(place: number): Act['deed'] {
  let left = place;
  for (const [deed, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return deed;
  }
  return 'send';
}

/** In each lane one after the other; over all lanes each kind once before any comes again. */
function faultsOf({ ms, kinds, overlap }: PlanOptions, next: () => number): PlannedFault[] {
  const faults: PlannedFault[] = [];
  let bag: FaultKind[] = [];
  // Not all at the same moment, or they would end together, too.
  const lanes = Array.from({ length: overlap }, (_, lane) => QUIET_MS + lane * BETWEEN_FAULTS.least);
  while (kinds.length > 0) {
    if (bag.length === 0) bag = shuffled(kinds, next);
    const kind = bag.pop();
    const at = Math.min(...lanes);
    const lane = lanes.indexOf(at);
    if (!kind) break;
    const { least, most } = FAULTS[kind].ms;
    const forMs = Math.round(least + next() * (most - least));
    if (at + forMs > ms - QUIET_MS) break;
    faults.push({ at: Math.round(at), kind, die: next(), extent: next(), forMs, lane });
    lanes[lane] = at + forMs + BETWEEN_FAULTS.least + next() * BETWEEN_FAULTS.more;
  }
  return faults;
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const left = [...items];
  for (let index = left.length - 1; index > 0; index--) {
    const other = Math.floor(next() * (index + 1));
    [left[index], left[other]] = [left[other]!, left[index]!];
  }
  return left;
}
