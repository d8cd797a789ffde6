import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in for another service that holds data of users: the answer to the n-th request for a path. */
export class PartServer {
  readonly asked = new Map<string, number>();
  answer: (path: string, nth: number, response: ServerResponse) => void = () => undefined;
  private readonly server = createServer((request, response) => {
    const path = request.url ?? '';
    const nth = (this.asked.get(path) ?? 0) + 1;
    this.asked.set(path, nth);
    request.resume().once('end', () => this.answer(path, nth, response));
  });

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

export function part(response: ServerResponse, entries: object[], next: string | null): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ ok: true, data: { entries, next } }));
}
