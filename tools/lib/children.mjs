import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/*
 * Every process that we start is listed here, and a guard (a tiny shell) holds the same list: it reads from a pipe
 * whose other end closes when this process ends, however it ends. A supervisor that is killed with kill -9 therefore
 * takes its children with it.
 */
const GUARD = `
trap '' HUP INT TERM
children=
while IFS= read -r line; do children=$line; done
[ -n "$children" ] || exit 0
for child in $children; do kill -s "\${child%%:*}" "\${child##*:}"; done
waited=0
while [ "$waited" -lt 100 ]; do
  left=
  for child in $children; do kill -0 "\${child##*:}" && left=yes; done
  [ -n "$left" ] || break
  sleep 0.1
  waited=$((waited + 1))
done
for child in $children; do kill -s KILL -- "-\${child##*:}"; done
`;

/** @typedef {{ name: string, pid: number, signal: NodeJS.Signals }} Child */

/** @type {Map<number, Child>} */
const children = new Map();
/** @type {Set<(children: Child[]) => void>} */
const listeners = new Set();
/** @type {import('node:child_process').ChildProcess | null} */
let guard = null;
let closing = false;

/** Lists a running child process. @param {Child} child */
export function addChild(child) {
  children.set(child.pid, child);
  publish();
  if (closing) sendSignal(child.pid, child.signal);
}

/** Takes a child off the list, after its end. @param {number} pid */
export function removeChild(pid) {
  if (children.delete(pid)) publish();
}

/** Calls back with all running children, now and at every change. @param {(children: Child[]) => void} listener */
export function watchChildren(listener) {
  listeners.add(listener);
  listener([...children.values()]);
}

/**
 * Ends all children, and every one that is still being started: each by its signal, after `graceMs` with SIGKILL.
 * @param {number} graceMs
 */
export async function endChildren(graceMs) {
  closing = true;
  for (const child of children.values()) sendSignal(child.pid, child.signal);
  const deadline = Date.now() + graceMs;
  while (children.size > 0) {
    if (Date.now() >= deadline) for (const pid of children.keys()) sendSignal(-pid, 'SIGKILL');
    await delay(50);
  }
}

/** True once `endChildren` was called: nothing is to be started any more. */
export function isClosing() {
  return closing;
}

function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

function publish() {
  const list = [...children.values()];
  guard ??= startGuard();
  guard.stdin?.write(`${list.map((child) => `${child.signal.slice(3)}:${child.pid}`).join(' ')}\n`);
  for (const listener of listeners) listener(list);
  if (list.length === 0) {
    guard.stdin?.end();
    guard = null;
  }
}

function startGuard() {
  // In a session of its own, out of the reach of a Ctrl-C on the terminal.
  const child = spawn('/bin/sh', ['-c', GUARD], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  child.stdin.unref?.();
  return child;
}
