import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const YARDSTICK = fileURLToPath(new URL('../yardstick.mjs', import.meta.url));

/** Starts the bare Socket.IO server; ends with `stop`, or with this process. */
export async function startYardstick() {
  const child = fork(YARDSTICK, { stdio: 'inherit' });
  const [{ port }] = await once(child, 'message');
  return {
    target: { host: '127.0.0.1', port },
    processes: { yardstick: child.pid },
    memory: { yardstick: child.pid },
    stop: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
