/** What a fault does to a process. `kill`: SIGKILL; `freeze`: SIGSTOP, later SIGCONT; `restart`: SIGTERM, as a deployment does. */
export type How = 'kill' | 'freeze' | 'restart';

interface Kind {
  how: How;
  /** Names of processes begin with it; one of them is hit. */
  what: string;
  /** How long it lasts. */
  ms: { least: number; most: number };
}

const SHORT = { least: 500, most: 3_000 };
const LONG = { least: 2_000, most: 6_000 };

/** All faults, by the names that `--faults` takes. */
export const FAULTS = {
  'kill:gateway': { how: 'kill', what: 'gateway', ms: SHORT },
  'kill:chat': { how: 'kill', what: 'chat', ms: SHORT },
  'kill:notification': { how: 'kill', what: 'notification', ms: SHORT },
  'kill:user': { how: 'kill', what: 'user', ms: SHORT },
  'restart:gateway': { how: 'restart', what: 'gateway', ms: SHORT },
  'restart:chat': { how: 'restart', what: 'chat', ms: SHORT },
  'restart:notification': { how: 'restart', what: 'notification', ms: SHORT },
  'restart:user': { how: 'restart', what: 'user', ms: SHORT },
  'freeze:gateway': { how: 'freeze', what: 'gateway', ms: LONG },
  'freeze:chat': { how: 'freeze', what: 'chat', ms: LONG },
  'freeze:notification': { how: 'freeze', what: 'notification', ms: LONG },
  'freeze:mongodb': { how: 'freeze', what: 'mongodb', ms: LONG },
  'freeze:postgres': { how: 'freeze', what: 'postgres', ms: LONG },
  'freeze:rabbitmq': { how: 'freeze', what: 'rabbitmq', ms: LONG },
  'kill:mongodb': { how: 'kill', what: 'mongodb', ms: SHORT },
  'kill:rabbitmq': { how: 'kill', what: 'rabbitmq', ms: SHORT },
} as const satisfies Record<string, Kind>;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** `kill,freeze:mongodb` as kinds: a name, or the part before its colon. Undefined when it names none. */
export function parseFaults(text: string): FaultKind[] | undefined {
  const wanted = text.split(',').map((word) => word.trim());
  const known = (word: string) => FAULT_KINDS.filter((kind) => kind === word || kind.startsWith(`${word}:`));
  if (wanted.some((word) => known(word).length === 0)) return undefined;
  return FAULT_KINDS.filter((kind) => wanted.some((word) => known(word).includes(kind)));
}
