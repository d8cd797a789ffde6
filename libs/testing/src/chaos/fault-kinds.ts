import type { Badness, CrashPoint } from '@app/platform';

/** What a fault does to a process. `kill`: SIGKILL; `freeze`: SIGSTOP, later SIGCONT; `restart`: SIGTERM, as a deployment does. */
export type ProcessHow = 'kill' | 'freeze' | 'restart';
/**
 * What it does to the ways to something: `cut`: connections are reset, and new ones; `delay`: bytes are late; `mute`: bytes are lost and
 * nobody is told; `clip`: connections are reset after some bytes.
 */
export type NetworkHow = 'cut' | 'delay' | 'mute' | 'clip';
/** What is at the end of a way: a store, a gateway (`client`: the way from the clients), a chat service (from the gateways). */
export type PathEnd = 'mongodb' | 'rabbitmq' | 'postgres' | 'client' | 'chat';

/** `part`: one of them is cut off from the others. */
export type LineHow = 'drop' | 'double' | 'reorder' | 'part';

interface Duration {
  least: number;
  most: number;
}

export type Kind =
  /** Names of processes begin with `what`; one of them is hit. */
  | { on: 'process'; how: ProcessHow; what: string; ms: Duration }
  /** One of the ways there is hit, or all of them. */
  | { on: 'network'; how: NetworkHow; what: PathEnd; ms: Duration }
  /** One such process ends where it is said, as soon as it comes by there. */
  | { on: 'crash'; what: string; point: CrashPoint; ms: Duration }
  /** What the chat services tell each other (`bus`), or the notification service (`events`), goes badly: all of theirs, or of one. */
  | { on: 'line'; how: LineHow; line: 'bus' | 'events'; what: string; ms: Duration };

const SHORT = { least: 500, most: 3_000 };
const LONG = { least: 2_000, most: 6_000 };

const onProcess = (how: ProcessHow, what: string): Kind => ({
  on: 'process',
  how,
  what,
  ms: how === 'freeze' ? LONG : SHORT,
});
const onNetwork = (how: NetworkHow, what: PathEnd): Kind => ({
  on: 'network',
  how,
  what,
  ms: how === 'cut' || how === 'clip' ? SHORT : LONG,
});

const onCrash = (what: string, point: CrashPoint): Kind => ({ on: 'crash', what, point, ms: SHORT });
const onLine = (how: LineHow, line: 'bus' | 'events'): Kind => ({
  on: 'line',
  how,
  line,
  what: 'chat',
  ms: LONG,
});

/** All faults, by the names that `--faults` takes. */
const TABLE = {
  'kill:gateway': onProcess('kill', 'gateway'),
  'kill:chat': onProcess('kill', 'chat'),
  'kill:notification': onProcess('kill', 'notification'),
  'kill:user': onProcess('kill', 'user'),
  'kill:mongodb': onProcess('kill', 'mongodb'),
  'kill:rabbitmq': onProcess('kill', 'rabbitmq'),
  'kill:postgres': onProcess('kill', 'postgres'),
  'restart:gateway': onProcess('restart', 'gateway'),
  'restart:chat': onProcess('restart', 'chat'),
  'restart:notification': onProcess('restart', 'notification'),
  'restart:user': onProcess('restart', 'user'),
  'freeze:gateway': onProcess('freeze', 'gateway'),
  'freeze:chat': onProcess('freeze', 'chat'),
  'freeze:notification': onProcess('freeze', 'notification'),
  'freeze:mongodb': onProcess('freeze', 'mongodb'),
  'freeze:postgres': onProcess('freeze', 'postgres'),
  'freeze:rabbitmq': onProcess('freeze', 'rabbitmq'),
  'cut:mongodb': onNetwork('cut', 'mongodb'),
  'cut:rabbitmq': onNetwork('cut', 'rabbitmq'),
  'cut:postgres': onNetwork('cut', 'postgres'),
  'cut:client': onNetwork('cut', 'client'),
  'cut:chat': onNetwork('cut', 'chat'),
  'delay:mongodb': onNetwork('delay', 'mongodb'),
  'delay:rabbitmq': onNetwork('delay', 'rabbitmq'),
  'delay:postgres': onNetwork('delay', 'postgres'),
  'delay:client': onNetwork('delay', 'client'),
  'delay:chat': onNetwork('delay', 'chat'),
  'mute:mongodb': onNetwork('mute', 'mongodb'),
  'mute:rabbitmq': onNetwork('mute', 'rabbitmq'),
  'mute:postgres': onNetwork('mute', 'postgres'),
  'mute:client': onNetwork('mute', 'client'),
  'mute:chat': onNetwork('mute', 'chat'),
  'clip:mongodb': onNetwork('clip', 'mongodb'),
  'clip:rabbitmq': onNetwork('clip', 'rabbitmq'),
  'clip:postgres': onNetwork('clip', 'postgres'),
  'clip:client': onNetwork('clip', 'client'),
  'clip:chat': onNetwork('clip', 'chat'),
  'drop:bus': onLine('drop', 'bus'),
  'double:bus': onLine('double', 'bus'),
  'reorder:bus': onLine('reorder', 'bus'),
  'part:bus': onLine('part', 'bus'),
  'double:events': onLine('double', 'events'),
  'reorder:events': onLine('reorder', 'events'),
  'crash:after-insert': onCrash('chat', 'after-insert'),
  'crash:before-publish': onCrash('chat', 'before-publish'),
  'crash:before-confirm': onCrash('chat', 'before-confirm'),
  'crash:before-mark': onCrash('chat', 'before-mark'),
  'crash:before-event-ack': onCrash('notification', 'before-event-ack'),
  'crash:between-recipients': onCrash('notification', 'between-recipients'),
} as const;

export type FaultKind = keyof typeof TABLE;
export const FAULTS: Readonly<Record<FaultKind, Kind>> = TABLE;
export const FAULT_KINDS = Object.keys(TABLE) as FaultKind[];

/** `kill,freeze:mongodb` as kinds: a name, or the part before its colon. Undefined when it names none. */
export function parseFaults(text: string): FaultKind[] | undefined {
  const wanted = text.split(',').map((word) => word.trim());
  const known = (word: string) => FAULT_KINDS.filter((kind) => kind === word || kind.startsWith(`${word}:`));
  if (wanted.some((word) => known(word).length === 0)) return undefined;
  return FAULT_KINDS.filter((kind) => wanted.some((word) => known(word).includes(kind)));
}

/** `extent`: 0 is harmless, 1 is the worst. */
export function badnessOf(how: LineHow, forMs: number, extent: number): Badness {
  const percent = Math.round(5 + extent * 45);
  switch (how) {
    case 'drop':
      return { forMs, drop: percent };
    case 'double':
      return { forMs, double: percent };
    case 'reorder':
      return { forMs, hold: percent };
    case 'part':
      return { forMs, apart: true };
  }
}

/** The ends of the ways that must be able to fail in a run with these kinds: the others cost nothing. */
export function pathEndsOf(kinds: readonly FaultKind[]): PathEnd[] {
  const ends = kinds.map((kind) => FAULTS[kind]).filter((kind) => kind.on === 'network');
  return [...new Set(ends.map(({ what }) => what))];
}
