import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Tries again, every `everyMs`, until `attempt` succeeds or the signal ends it.
 * @param {() => Promise<void>} attempt
 * @param {AbortSignal} signal
 * @param {number} [everyMs]
 */
export async function retryUntil(attempt, signal, everyMs = 50) {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw error;
      await delay(everyMs);
      if (signal.aborted) throw error;
    }
  }
}

/**
 * Connects to a loopback port, sends `greeting` if there is one, and resolves with the first bytes of the answer
 * (an empty buffer without a greeting).
 * @param {number} port
 * @param {Buffer} [greeting]
 * @returns {Promise<Buffer>}
 */
export function probe(port, greeting) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2000 });
    const finish = (settle, value) => {
      socket.destroy();
      settle(value);
    };
    socket.once('connect', () => (greeting ? socket.write(greeting) : finish(resolve, Buffer.alloc(0))));
    socket.once('data', (data) => finish(resolve, data));
    socket.once('timeout', () => finish(reject, new Error(`no answer on port ${port}`)));
    socket.once('error', (error) => finish(reject, error));
    socket.once('close', () => reject(new Error(`connection to port ${port} closed`)));
  });
}
