import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  text: string;
}

/**
 * One HTTP request to another service and its whole answer, whatever its status; redirects are not followed. Rejects with the system's
 * error when there is no answer, and when `signal` says so.
 *
 * Not by `fetch`: that of Node.js 20 may wait for ever for a server that takes a connection and closes it at once, as proxies do in front
 * of a service that is starting (docs/adr/0028-ended-connections.md).
 */
export async function ask(url: string | URL, { body, ...options }: Question): Promise<Answer> {
  const target = new URL(url);
  const send = target.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const question = send(target, options, (response) => {
      text(response).then((all) => resolve({ status: response.statusCode ?? 0, text: all }), reject);
    });
    question.once('error', reject).end(body);
  });
}
