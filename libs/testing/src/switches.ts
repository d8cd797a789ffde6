import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Switches } from '@app/platform';
import type { ProcessHandle } from '../../../tools/infra/index.mjs';

const OBEYED_MS = 5_000;
const POLL_MS = 10;

/** Tells a process that was started with CHAOS_SWITCHES=`folder` which faults to bring about. False: it is not there to obey. */
export async function throwSwitches(
  folder: string,
  target: ProcessHandle,
  switches: Switches,
): Promise<boolean> {
  const file = path.join(folder, target.name);
  writeFileSync(`${file}.draft`, JSON.stringify(switches));
  renameSync(`${file}.draft`, file);
  target.kill('SIGUSR2');
  const until = performance.now() + OBEYED_MS;
  while (existsSync(file) && target.pid !== undefined && performance.now() < until) await delay(POLL_MS);
  const isObeyed = !existsSync(file);
  rmSync(file, { force: true });
  return isObeyed;
}
