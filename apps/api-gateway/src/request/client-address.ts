import type { IncomingMessage } from 'node:http';
import { unmapped } from '@app/platform';

/**
 * The address of the client: our peer, or what the last `hops` trusted proxies say of theirs.
 * Whatever a client writes into X-Forwarded-For beyond those hops is not believed.
 */
export function clientAddress(request: IncomingMessage, hops: number): string {
  const peer = request.socket.remoteAddress ?? '';
  if (hops === 0) return unmapped(peer);
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const chain = [...forwarded, peer];
  return unmapped(chain[Math.max(0, chain.length - 1 - hops)] ?? peer);
}
