import {
  pathOf,
  type CallArguments,
  type Data,
  type Fields,
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

/** A file as an upload sends it. */
export interface SentFile {
  name: string;
  bytes: Uint8Array | string;
  /** What the part says that it is. */
  type?: string;
}

/** What is stored, as it came over the wire. */
export interface FetchedFile {
  status: number;
  headers: Headers;
  bytes: Buffer;
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

  /** Files in one field of a multipart form. */
  async upload<Q extends object, R>(
    route: Route<never, Q, never, R>,
    files: readonly SentFile[],
    query?: Fields<Q>,
  ): Promise<Data<R>> {
    const form = new FormData();
    for (const { name, bytes, type } of files)
      form.append(route.files?.field ?? '', new Blob([Buffer.from(bytes)], { type }), name);
    const answer = await this.send(pathOf(route, { query }), { method: route.method, body: form });
    if (!answer.body.ok)
      throw new ApiError(`${route.method} ${route.path}`, answer.status, answer.body.error);
    return answer.body.data as Data<R>;
  }

  /** The bytes at an address of ours. */
  async fetchFile(
    url: string,
    { method = 'GET', headers = {}, redirect }: Omit<RawRequest, 'body'> & { redirect?: 'manual' } = {},
  ): Promise<FetchedFile> {
    const response = await this.fetch(url, { method, headers, redirect });
    const bytes = Buffer.from(await response.arrayBuffer());
    noteCall(method, url, response.status < 400 ? 'ok' : (codeIn(bytes) ?? 'ok'));
    return { status: response.status, headers: response.headers, bytes };
  }

  async request(path: string, { method = 'GET', headers = {}, body }: RawRequest = {}): Promise<RawAnswer> {
    return this.send(path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  private async send(path: string, init: RequestInit & { method: string }): Promise<RawAnswer> {
    const response = await this.fetch(path, init);
    const text = await response.text();
    const answer = parseBody(path, response.status, text);
    noteCall(init.method, path, outcomeOf(answer));
    return { status: response.status, headers: response.headers, body: answer };
  }

  private fetch(path: string, init: RequestInit): Promise<Response> {
    const token = this.token();
    const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...init.headers };
    return fetch(this.origin + path, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}

/** A bare answer has no envelope, unless it is a refusal. */
const outcomeOf = (body: RawAnswer['body']) => ('error' in body ? body.error.code : 'ok');

const codeIn = (bytes: Buffer) => /"code":"([A-Z_]+)"/.exec(bytes.toString('latin1'))?.[1];

function parseBody(path: string, status: number, text: string): RawAnswer['body'] {
  try {
    return JSON.parse(text) as RawAnswer['body'];
  } catch {
    throw new Error(`${path} answered ${status} with something that is no JSON: ${text.slice(0, 200)}`);
  }
}
