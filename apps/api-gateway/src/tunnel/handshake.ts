import { connect, type Socket } from 'node:net';
import type { Instance } from '../upstreams/instance';
import { closeSoon } from './splice';

const CONNECT_TIMEOUT_MS = 3_000;
/** From the connection to the service's answer. */
const ANSWER_TIMEOUT_MS = 10_000;
/** An answer that refuses must be complete within this time. */
const REFUSAL_MS = 2_000;
/** A silent peer is asked for a sign of life after this time; the kernel gives up about ten seconds later. */
export const KEEP_ALIVE_MS = 15_000;

const SWITCHING = Buffer.from('HTTP/1.1 101 ');

export interface Outcome {
  /** The service agreed; its socket is paused and its answer is on the way to the client. */
  open: (upstream: Socket) => void;
  /** The service answered something else; the client gets that, and both are closed. */
  refused: () => void;
  /** No answer. `connected` tells whether the service was reached at all. */
  failed: (connected: boolean) => void;
  /** The client left first. */
  abandoned: () => void;
}

export const ignoreError = (): void => undefined;

/**
 * Sends an upgrade request to an instance and waits for the verdict. The client's bytes wait as well: until the
 * service has agreed to speak WebSocket they could be read as further HTTP requests, past all our checks.
 */
export function shakeHands(client: Socket, instance: Instance, head: string, outcome: Outcome): void {
  let connected = false;
  const upstream = connect({
    host: instance.host,
    port: instance.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  });
  const settle = () => {
    client.off('close', onAbandoned);
    upstream.off('connect', onConnect).off('data', onAnswer).off('close', onFailed).off('timeout', onTimeout);
    upstream.setTimeout(0);
  };
  const onConnect = () => {
    connected = true;
    upstream.setTimeout(ANSWER_TIMEOUT_MS);
    upstream.write(head, 'latin1');
  };
  const onAnswer = (answer: Buffer) => {
    settle();
    client.write(answer);
    if (answer.subarray(0, SWITCHING.length).equals(SWITCHING)) {
      upstream.pause();
      outcome.open(upstream);
    } else {
      passRefusal(client, upstream);
      outcome.refused();
    }
  };
  const onTimeout = () => upstream.destroy();
  const onFailed = () => {
    settle();
    outcome.failed(connected);
  };
  const onAbandoned = () => {
    settle();
    upstream.destroy();
    outcome.abandoned();
  };
  upstream.on('error', ignoreError);
  upstream
    .once('connect', onConnect)
    .once('data', onAnswer)
    .once('close', onFailed)
    .once('timeout', onTimeout);
  upstream.setTimeout(CONNECT_TIMEOUT_MS);
  client.once('close', onAbandoned);
}

/** One way only: nothing more of the client reaches the service. */
function passRefusal(client: Socket, upstream: Socket): void {
  const timer = setTimeout(() => upstream.destroy(), REFUSAL_MS);
  upstream.on('data', (chunk: Buffer) => client.writable && client.write(chunk));
  upstream.once('end', () => upstream.destroy());
  upstream.once('close', () => {
    clearTimeout(timer);
    closeSoon(client);
  });
  client.once('close', () => upstream.destroy());
}
