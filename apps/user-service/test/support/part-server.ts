import type { ServerResponse } from 'node:http';
import { StandIn } from './stand-in';

/** Stands in for another service that holds data of users: the answer to the n-th request for a path. */
export class PartServer extends StandIn {
  readonly asked = new Map<string, number>();
  answer: (path: string, nth: number, response: ServerResponse) => void = () => undefined;

  constructor() {
    super((request, response) => {
      const path = request.url ?? '';
      const nth = (this.asked.get(path) ?? 0) + 1;
      this.asked.set(path, nth);
      request.resume().once('end', () => this.answer(path, nth, response));
    });
  }
}

export function part(response: ServerResponse, entries: object[], next: string | null): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ ok: true, data: { entries, next } }));
}
