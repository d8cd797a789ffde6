import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * Names a process so that it cannot be mistaken for a later one with the same pid (pids are reused, and start over
 * after a reboot): pid, start time and boot id. Null when no such process runs.
 * @param {number} pid
 * @returns {string | null}
 */
export function processIdentity(pid) {
  if (process.platform !== 'linux') return identityFromPs(pid);
  try {
    // The command stands in parentheses and may contain spaces: count from the last one. Field 22 is the start time.
    const fields = afterCommand(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const [state, startTime] = [fields[0], fields[19]];
    return state === 'Z' ? null : `${pid}:${startTime}:${bootId()}`;
  } catch {
    return null;
  }
}

/** True while the very process that `identity` names is running. @param {string} identity */
export function isRunning(identity) {
  return processIdentity(Number.parseInt(identity, 10)) === identity;
}

/**
 * The process that listens on a TCP port, where the system lets us see it.
 * @param {number} port
 * @returns {{ pid: number, command: string } | null}
 */
export function portHolder(port) {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return null;
  for (const pid of readDirectory('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of readDirectory(`/proc/${pid}/fd`)) {
      const target = readLink(`/proc/${pid}/fd/${fd}`);
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode && inodes.has(inode)) return { pid: Number(pid), command: commandLine(pid) };
    }
  }
  return null;
}

function listeningInodes(port) {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readText(table).split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && local?.endsWith(`:${hexPort}`)) inodes.add(inode);
    }
  }
  return inodes;
}

function commandLine(pid) {
  const command = readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return command.length > 100 ? `${command.slice(0, 100)}…` : command;
}

function afterCommand(stat) {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function bootId() {
  return readText('/proc/sys/kernel/random/boot_id').trim();
}

function identityFromPs(pid) {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return started.trim() === '' ? null : `${pid}:${started.trim()}`;
  } catch {
    return null;
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLink(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readDirectory(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
