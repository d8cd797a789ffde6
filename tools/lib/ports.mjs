import { createServer } from 'node:net';

/*
 * Below the range that the kernel hands to outgoing connections (32768 and up on Linux): a port found free here
 * cannot be lost to a stray client between the look and the listen.
 */
const LOWEST = 15_000;
const HIGHEST = 30_000;

/** Ports that this process has given away already, though nobody may listen on them yet. */
const given = new Set();

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
  if (preferred && !given.has(preferred) && (await isFree(preferred))) return take(preferred);
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!given.has(port) && (await isFree(port))) return take(port);
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
    if (!given.has(port) && (await isFree(port))) return take(port);
  }
  throw new Error(`no free TCP port found from ${first} upwards`);
}

function take(port) {
  given.add(port);
  return port;
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
