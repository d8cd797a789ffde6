import { NEVER_CAME_BY } from './disturber';
import type { Evidence } from './checker/evidence';
import { livesOf, type Life } from './checker/lives';

const LATENCIES = { p50: 0.5, p95: 0.95, p99: 0.99, max: 1 } as const;

export interface Figures {
  sends: { said: number; acked: number; refused: number; unknown: number };
  deeds: number;
  deliveries: number;
  notifications: number;
  pushes: number;
  faults: Record<string, number>;
  connections: { lost: number; gaps: number; synced: number };
  /** Milliseconds from saying to ack, of those who were connected and in sync when they said it. */
  sendMs: Record<keyof typeof LATENCIES, number>;
  /** The longest time in which no send was acked. */
  longestSilenceMs: number;
  /** The last answer after the last fault, and everybody up to date after that. */
  answeredMs: number;
  convergedMs: number;
  refusals: Record<string, number>;
  /** What the services held of the machine. */
  lives: Life[];
}

/** What a run has shown, in numbers. */
export function figuresOf(evidence: Evidence): Figures {
  const operations = [...evidence.operations.values()];
  const sends = operations.filter(({ invoke }) => invoke.deed === 'send');
  const acks = sends.flatMap(({ ok }) => (ok ? [ok.at] : [])).sort((a, b) => a - b);
  const faults = [...evidence.of('fault')].filter(
    ({ phase, detail }) => phase === 'end' && detail !== NEVER_CAME_BY,
  );
  const connections = [...evidence.of('connection')];
  const inState = (wanted: string) => connections.filter(({ state }) => state === wanted).length;
  return {
    sends: {
      said: sends.length,
      acked: acks.length,
      refused: sends.filter(({ fail }) => fail).length,
      unknown: sends.filter(({ ok, fail }) => !ok && !fail).length,
    },
    deeds: operations.length,
    deliveries: evidence.count('heard'),
    notifications: evidence.count('notification'),
    pushes: evidence.count('pushed'),
    faults: countsOf(faults.map(({ name }) => name)),
    connections: { lost: inState('down'), gaps: inState('gap'), synced: inState('sync') },
    sendMs: percentilesOf(
      sends.flatMap(({ invoke, ok }) => (ok && invoke.isOnline ? [ok.at - invoke.at] : [])),
    ),
    longestSilenceMs: largest(acks.slice(1).map((at, index) => at - (acks[index] ?? at))),
    answeredMs: largest([...evidence.of('answered')].map(({ afterMs }) => afterMs)),
    convergedMs: largest([...evidence.of('converged')].map(({ afterMs }) => afterMs)),
    refusals: countsOf(
      operations.flatMap(({ invoke, fail }) => (fail ? [`${invoke.deed} ${fail.code}`] : [])),
    ),
    lives: livesOf(evidence.of('vitals')),
  };
}

/** Not by arguments: there may be more of them than fit on the stack. */
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0);

function percentilesOf(values: number[]): Figures['sendMs'] {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { p50: at(LATENCIES.p50), p95: at(LATENCIES.p95), p99: at(LATENCIES.p99), max: at(LATENCIES.max) };
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
