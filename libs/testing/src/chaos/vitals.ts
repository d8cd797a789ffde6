import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessHandle } from '../../../../tools/infra/index.mjs';
import { throwSwitches } from '../switches';
import { leaksOf, livesOf } from './checker/lives';
import type { EntryOf, HistoryWriter } from './history';

const EVERY_MS = 5_000;
/** The other sides of connections that are closed have to be closed as well, and memory is given back by and by. */
const SETTLED_MS = 60_000;
const SETTLE_POLL_MS = 1_000;
/** What /proc/net/tcp calls CLOSE_WAIT. */
const CLOSE_WAIT = '08';
const SERVICE = /^(?:gateway|chat|notification|user)-\d+$/;

interface Vitals {
  rssBytes: number;
  files: number;
  closeWait: number;
}

/** Writes down every few seconds what each service holds of the machine; nothing where there is no /proc. */
export class VitalsWatch {
  private readonly services: ProcessHandle[];
  private readonly readings: EntryOf<'vitals'>[] = [];
  private readonly ended = new AbortController();
  private readonly watching: Promise<void>;

  constructor(
    processes: readonly ProcessHandle[],
    private readonly history: HistoryWriter,
    /** A folder of switches, by which the services are told to collect their garbage. */
    private readonly switches: string,
  ) {
    this.services = processes.filter(({ name }) => SERVICE.test(name));
    this.watching = this.watch();
  }

  /** Waits until nothing is held any more that should not be, or the time for it is over, and takes the last reading. */
  async settle(): Promise<void> {
    await this.stop();
    const deadline = performance.now() + SETTLED_MS;
    await Promise.all(
      this.services.map((service) => throwSwitches(this.switches, service, { collectGarbage: true })),
    );
    await this.read();
    while (this.isHolding() && performance.now() < deadline) {
      await delay(SETTLE_POLL_MS);
      await this.read();
    }
    await this.read({ isLast: true });
  }

  private isHolding(): boolean {
    const pids = new Set(this.services.map(({ pid }) => pid));
    return livesOf(this.readings).some(
      (life) => pids.has(life.pid) && leaksOf({ ...life, isSettled: true }).length > 0,
    );
  }

  async stop(): Promise<void> {
    this.ended.abort();
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (!this.ended.signal.aborted) {
      await this.read();
      await delay(EVERY_MS, undefined, { signal: this.ended.signal }).catch(() => undefined);
    }
  }

  private async read(more: { isLast?: true } = {}): Promise<void> {
    for (const { name, pid } of this.services) {
      const vitals = await vitalsOf(pid);
      if (pid === undefined || !vitals) continue;
      const about = { at: this.history.now, process: name, pid };
      const reading: EntryOf<'vitals'> = { kind: 'vitals', ...about, ...vitals, ...more };
      this.history.add(reading);
      this.readings.push(reading);
    }
  }
}

/** Undefined when it is gone, or cannot be seen. */
export async function vitalsOf(pid: number | undefined): Promise<Vitals | undefined> {
  if (pid === undefined) return undefined;
  try {
    const folder = `/proc/${pid}`;
    const status = await readFile(`${folder}/status`, 'utf8');
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    // A zombie has no memory.
    if (rss === undefined) return undefined;
    const waiting = new Set([
      ...inodesIn(await readFile(`${folder}/net/tcp`, 'utf8')),
      ...inodesIn(await readFile(`${folder}/net/tcp6`, 'utf8').catch(() => '')),
    ]);
    const files = await readdir(`${folder}/fd`);
    const targets = await Promise.all(files.map((file) => readlink(`${folder}/fd/${file}`).catch(() => '')));
    const sockets = targets.map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '');
    return {
      rssBytes: Number(rss) * 1_024,
      files: files.length,
      closeWait: sockets.filter((inode) => waiting.has(inode)).length,
    };
  } catch {
    return undefined;
  }
}

/** Of the sockets in CLOSE_WAIT, in the whole of the machine. */
function inodesIn(table: string): string[] {
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap((fields) => (fields[3] === CLOSE_WAIT && fields[9] !== undefined ? [fields[9]] : []));
}
