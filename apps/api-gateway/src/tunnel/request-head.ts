import type { IncomingMessage } from 'node:http';
import { badRequest } from '@app/contracts';
import { forwardedHeaders } from '../request/headers';

/** Throws BAD_REQUEST for an upgrade to anything but a WebSocket. */
export function refuseOtherUpgrades({ method, headers, httpVersion }: IncomingMessage): void {
  if (headers.upgrade?.toLowerCase() !== 'websocket') throw badRequest('upgrade', 'must be websocket');
  if (method !== 'GET' || httpVersion !== '1.1')
    throw badRequest('method', 'must be GET over HTTP/1.1 for an upgrade');
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    throw badRequest('body', 'must be absent from an upgrade');
  }
}

/** The upgrade request as the service gets it: the client's own headers, without those that only we may set. */
export function upgradeHead(request: IncomingMessage, target: string, address: string): string {
  const headers = { ...forwardedHeaders(request, address), connection: 'Upgrade', upgrade: 'websocket' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return `GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
