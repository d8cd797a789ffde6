import { connectAll } from './member.mjs';

const AT_ONCE = 50;

/** Connects all accounts as fast as the server lets them in, and holds the sockets until `phase('hold')` is answered. */
export async function idle({ target, accounts, phase }) {
  // The first connections load code and fill caches: they are not what an idle socket costs.
  const warmUp = await connectAll(target, accounts.slice(0, AT_ONCE));
  for (const socket of warmUp) socket.close();
  await phase('baseline');
  const startedAt = performance.now();
  const sockets = await connectAll(target, accounts, AT_ONCE);
  const elapsed = (performance.now() - startedAt) / 1000;
  let disconnected = 0;
  for (const socket of sockets) socket.onLost = () => disconnected++;
  await phase('hold');
  for (const socket of sockets) socket.close();
  return {
    sockets: sockets.length,
    seconds: elapsed,
    connectsPerSecond: sockets.length / elapsed,
    disconnected,
  };
}
