import {
  pathOf,
  type CallArguments,
  type Data,
  type Page,
  type Refusal,
  type Route,
  type Success,
} from '@app/contracts';
import { noteCall } from './contract-use';
import { ApiError } from './wire-errors';

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
    const answer = await this.request(pathOf(route, input), { method: route.method, body: input?.body });
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
    const answer = parseBody(path, response.status, text);
    noteCall(method, path, outcomeOf(answer));
    return { status: response.status, headers: response.headers, body: answer };
  }
}

/** A bare answer has no envelope, unless it is a refusal. */
const outcomeOf = (body: RawAnswer['body']) => ('error' in body ? body.error.code : 'ok');

function parseBody(path: string, status: number, text: string): RawAnswer['body'] {
  try {
    return JSON.parse(text) as RawAnswer['body'];
  } catch {
    throw new Error(`${path} answered ${status} with something that is no JSON: ${text.slice(0, 200)}`);
  }
}
