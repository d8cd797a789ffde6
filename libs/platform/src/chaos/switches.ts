import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ConfigError } from '../config/config-error';
import { armCrash, CRASH_POINTS, type CrashPoint } from './crash-points';
import { BAD_LINES, spoil, type Badness, type BadLine } from './bad-lines';

const SETTING = 'CHAOS_SWITCHES';

/** What a test writes into the file. */
export type Switches = Partial<Record<BadLine, Badness>> & {
  /** Null: nowhere any more. */
  crash?: CrashPoint | null;
  /** Whoever wants to know what a process holds does not want to know when V8 was last in the mood. */
  collectGarbage?: true;
};

/**
 * Faults that only the process itself can bring about, for tests alone: CHAOS_SWITCHES names a folder, and at SIGUSR2 the process does
 * what the file there says that has its INSTANCE_ID for a name, and removes it.
 */
export function obeySwitches(env: NodeJS.ProcessEnv = process.env): void {
  const folder = env[SETTING] ?? '';
  if (folder === '') return;
  if (env['NODE_ENV'] !== 'test')
    throw new ConfigError(`${SETTING} is "${folder}"; only tests (NODE_ENV=test) may ask for faults.`);
  const file = path.join(folder, env['INSTANCE_ID'] ?? '');
  process.on('SIGUSR2', () => {
    // Whoever wrote it may have given up on a process that was stopped.
    if (!existsSync(file)) return;
    const switches = JSON.parse(readFileSync(file, 'utf8')) as Switches;
    obey(switches);
    rmSync(file);
  });
}

function obey({ crash, collectGarbage, ...lines }: Switches): void {
  if (collectGarbage) collect();
  if (crash !== undefined) armCrash(CRASH_POINTS.find((point) => point === crash));
  for (const line of BAD_LINES) {
    const badness = lines[line];
    if (badness) spoil(line, badness);
  }
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
