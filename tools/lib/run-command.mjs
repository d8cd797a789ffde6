import { spawn } from 'node:child_process';
import { addChild, removeChild } from './children.mjs';
import { ROOT } from './environment.mjs';

const HEAD_LINES = 10;
const TAIL_LINES = 15;

/**
 * Runs a command to its end, in silence, and returns what it wrote to its standard output; rejects with the first
 * and last lines of its output when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, uid?: number, gid?: number, timeoutMs?: number }} [options]
 * @returns {Promise<string>}
 */
export async function runCommand(command, args, options = {}) {
  const { env = process.env, cwd = ROOT, uid, gid, timeoutMs } = options;
  const child = spawn(command, args, {
    cwd,
    env,
    uid,
    gid,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (all += text));
  const how = await endOf(child, command, timeoutMs);
  if (how === '') return output;
  const excerpt = shorten(all.split('\n').filter((line) => line.trim() !== ''));
  throw new Error(`\`${[command, ...args].join(' ')}\` failed (${how})${excerpt && `:\n${excerpt}`}`);
}

/** How it ended, in words; nothing when all is well. */
async function endOf(child, command, timeoutMs) {
  const { pid } = child;
  // On the list, so that it does not outlive us.
  if (pid !== undefined) addChild({ name: command, pid, signal: 'SIGTERM' });
  const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const how = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? '' : (signal ?? `exit code ${code}`)));
  });
  clearTimeout(timer);
  if (pid !== undefined) removeChild(pid);
  return how;
}

function shorten(lines) {
  const kept =
    lines.length <= HEAD_LINES + TAIL_LINES
      ? lines
      : [...lines.slice(0, HEAD_LINES), '…', ...lines.slice(-TAIL_LINES)];
  return kept.map((line) => `    ${line}`).join('\n');
}
