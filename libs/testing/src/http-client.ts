import type { Data, ErrorBody, Fields, Page, Route, Success } from '@app/contracts';
import { ApiError } from './wire-errors';

/** What a call of a route needs: exactly the parts that its contract names. */
export type CallInput<B, Q, P> = ([B] extends [never] ? { body?: undefined } : { body: Fields<B> }) &
  ([Q] extends [never] ? { query?: undefined } : { query?: Fields<Q> }) &
  ([P] extends [never] ? { params?: undefined } : { params: Fields<P> });

type NoInput = Record<string, undefined>;
export type CallArguments<B, Q, P> =
  NoInput extends CallInput<B, Q, P> ? [input?: CallInput<B, Q, P>] : [input: CallInput<B, Q, P>];

export type Refusal = { ok: false; error: ErrorBody };

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  body: Success<unknown> | Refusal;
}

export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is, so that a test can send what is no JSON. */
  body?: unknown;
}

const TIMEOUT_MS = 20_000;

/** Typed REST calls from the contracts, and raw ones for what the contracts forbid. */
export class HttpClient {
  constructor(
    private readonly origin: string,
    private readonly token: () => string | undefined = () => undefined,
  ) {}

  async call<B extends object, Q extends object, P extends object, R>(
    route: Route<B, Q, P, R>,
    ...args: CallArguments<B, Q, P>
  ): Promise<Data<R>> {
    return (await this.ask(route, ...args)).data;
  }

  /** Like `call`, with the facts that stand beside the data. */
  async ask<B extends object, Q extends object, P extends object, R>(
    route: Route<B, Q, P, R>,
    ...[input]: CallArguments<B, Q, P>
  ): Promise<{ data: Data<R>; page?: Omit<Page<unknown>, 'items'> }> {
    const { params, query, body } = (input ?? {}) as { params?: object; query?: object; body?: unknown };
    const answer = await this.request(pathOf(route.path, params, query), { method: route.method, body });
    if (!answer.body.ok)
      throw new ApiError(`${route.method} ${route.path}`, answer.status, answer.body.error);
    return answer.body as { data: Data<R>; page?: Omit<Page<unknown>, 'items'> };
  }

  async request(path: string, { method = 'GET', headers = {}, body }: RawRequest = {}): Promise<RawAnswer> {
    const token = this.token();
    const response = await fetch(this.origin + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: parseBody(path, response.status, text),
    };
  }
}

function pathOf(template: string, params: object = {}, query: object = {}): string {
  const path = Object.entries(params).reduce(
    (built, [name, value]) => built.replace(`:${name}`, encodeURIComponent(String(value))),
    template,
  );
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return search === '' ? path : `${path}?${search}`;
}

function parseBody(path: string, status: number, text: string): RawAnswer['body'] {
  try {
    return JSON.parse(text) as RawAnswer['body'];
  } catch {
    throw new Error(`${path} answered ${status} with something that is no JSON: ${text.slice(0, 200)}`);
  }
}
