import { spawn } from 'node:child_process';
import { ROOT } from './environment.mjs';
import { addChild, removeChild } from './children.mjs';

const TAIL_LINES = 25;

/**
 * Runs a command in the repository's root to its end, in silence; rejects with its last lines when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
 */
export async function runCommand(command, args, { env = process.env, onLine } = {}) {
  const child = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {string[]} */
  const tail = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      tail.push(...lines);
      tail.splice(0, tail.length - TAIL_LINES);
      if (lines.length > 0) onLine?.(lines[lines.length - 1]);
    });
  }
  if (child.pid !== undefined) addChild({ name: command, pid: child.pid, signal: 'SIGTERM' });
  const how = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? '' : (signal ?? `exit code ${code}`)));
  });
  if (child.pid !== undefined) removeChild(child.pid);
  if (how === '') return;
  const output = tail.map((line) => `    ${line}`).join('\n');
  throw new Error(`\`${[command, ...args].join(' ')}\` failed (${how})${output && `:\n${output}`}`);
}
