import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tryLock } from './lock.mjs';

/*
 * Below the range that the kernel hands to outgoing connections (32768 and up on Linux): a port found free here
 * cannot be lost to a stray client between the look and the listen.
 */
const LOWEST = 15_000;
const HIGHEST = 30_000;

/**
 * Ports that are given away already, though nobody may listen on them yet or nobody does just now: a lock each, until
 * the end of the process that gave them. Two systems that start at the same time then never choose the same.
 */
const CLAIMS = path.join(tmpdir(), `chat-backend-ports-${process.getuid?.() ?? 0}`);
/** @type {Map<number, { release(): void }>} */
const given = new Map();
process.once('exit', () => {
  for (const claim of given.values()) claim.release();
});

/**
 * True when a server could listen on the port, on all addresses.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export async function isFree(port) {
  const overIpv6 = await tryListen(port, '::');
  return overIpv6 === 'unsupported' ? (await tryListen(port, '0.0.0.0')) === 'free' : overIpv6 === 'free';
}

/**
 * A free port: the preferred one if it is free, else any.
 * @param {number} [preferred]
 * @returns {Promise<number>}
 */
export async function freePort(preferred) {
  if (preferred && (await take(preferred))) return preferred;
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await take(port)) return port;
  }
  throw new Error(`no free TCP port found between ${LOWEST} and ${HIGHEST}`);
}

/**
 * The next free port from `first` upwards.
 * @param {number} first
 * @returns {Promise<number>}
 */
export async function freePortFrom(first) {
  for (let port = first; port < first + 1000; port++) {
    if (await take(port)) return port;
  }
  throw new Error(`no free TCP port found from ${first} upwards`);
}

/** Claims a port if it is free. @param {number} port */
async function take(port) {
  if (given.has(port) || !(await isFree(port))) return false;
  const claim = tryLock(path.join(CLAIMS, String(port)));
  if (!('release' in claim)) return false;
  given.set(port, claim);
  return true;
}

/** @returns {Promise<'free' | 'taken' | 'unsupported'>} */
function tryListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      const noIpv6 = error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL';
      resolve(noIpv6 ? 'unsupported' : 'taken');
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve('free')));
  });
}
