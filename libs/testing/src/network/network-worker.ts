import { parentPort } from 'node:worker_threads';
import { FaultyNetwork } from './faulty-network';
import type { NetworkFault } from './stream';

/** What the thread is told; it answers each with the same `turn`. */
export type NetworkOrder = { turn: number } & (
  | { do: 'open'; path: string; url: string }
  | { do: 'disturb'; paths: readonly string[]; fault: NetworkFault }
  | { do: 'heal'; paths: readonly string[] }
  | { do: 'close' }
);

const paths = new Map<string, FaultyNetwork>();

async function obey(order: NetworkOrder): Promise<string> {
  if (order.do === 'open') {
    const network = await FaultyNetwork.to(order.url);
    paths.set(order.path, network);
    return network.url;
  }
  if (order.do === 'close') {
    await Promise.all([...paths.values()].map((network) => network.close()));
    return '';
  }
  for (const name of order.paths) {
    if (order.do === 'heal') paths.get(name)?.heal();
    else paths.get(name)?.disturb(order.fault);
  }
  return '';
}

parentPort?.on('message', (order: NetworkOrder) => {
  void obey(order).then((url) => {
    parentPort?.postMessage({ turn: order.turn, url });
    // With nothing left to hear the thread ends.
    if (order.do === 'close') parentPort?.close();
  });
});
