import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { noteCall } from '@app/testing';

export interface Knock {
  method: string;
  /** As Node's `http` takes them: name, value, name, value; so that a name can come twice. */
  headers?: string[];
  body?: unknown;
}

export interface Answer {
  status: number;
  body: string;
}

/** One request as raw as it gets: headers that `fetch` would refuse to send or put together. */
export async function knock(url: string, { method, headers = [], body }: Knock): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const all = ['host', new URL(url).host, ...headers];
  if (text !== undefined)
    all.push('content-type', 'application/json', 'content-length', String(Buffer.byteLength(text)));
  const outgoing = request(url, { method, headers: all, agent: false });
  outgoing.end(text);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const answer = { status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
  noteCall(method, new URL(url).pathname, answer.status < 400 ? 'ok' : codeIn(answer.body));
  return answer;
}

const codeIn = (body: string): string => /"code":"([A-Z_]+)"/.exec(body)?.[1] ?? 'INTERNAL';
