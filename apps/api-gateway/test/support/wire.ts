import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import type { Gateway } from './gateway';

/** Sends bytes as they are and gives all that comes back until the other side closes. */
export async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  if (!socket.closed) await once(socket, 'close');
  return answer;
}

const UPGRADE = {
  Host: 'gateway',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

export function upgradeRequest(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ ...UPGRADE, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

export const WEBSOCKET_PATH = '/socket.io/?EIO=4&transport=websocket';

/** A WebSocket that is open and says nothing. */
export async function openRaw(port: number, path = WEBSOCKET_PATH): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write(upgradeRequest(path));
  const [first] = (await once(socket, 'data')) as [Buffer];
  expect(first.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

const clients: ClientSocket[] = [];

/** The stock client, connected. */
export async function connectClient(
  gateway: Gateway,
  namespace: string,
  options: Parameters<typeof io>[1] = {},
): Promise<ClientSocket> {
  const client = io(gateway.url + namespace, {
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 100,
    ...options,
  });
  clients.push(client);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', resolve);
    client.once('connect_error', reject);
  });
  return client;
}

export function closeClients(): void {
  for (const client of clients.splice(0)) client.close();
}

/** The instance that a client talks to. */
export async function instanceOf(client: ClientSocket): Promise<string> {
  const answer = (await client.timeout(5_000).emitWithAck('echo', 1)) as { instance: string };
  return answer.instance;
}

/** The value of one metric line of the gateway. */
export async function metric(gateway: Gateway, line: string): Promise<number> {
  const text = await (await gateway.fetch('/metrics')).text();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.split(' ').at(-1) ?? 0);
}
