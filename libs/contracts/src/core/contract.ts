import type { ErrorBody, ErrorCode } from './errors';

/** A contract is a value: name + payload class + answer + a typed example. Everything else is derived from it. */
export type Class<T extends object = object> = new () => T;

/** What a handler answers with: one object, a bare list, or a page of a longer list. */
export interface Shape<R> {
  item: Class;
  /** What some callers get in its place; the summary says who. */
  other?: Class;
  many: 'one' | 'list' | 'page' | 'download' | 'bytes';
  /** Never set; carries the type of the answer. */
  readonly answer?: R;
}

/** One page of a list; on the wire `data` is `items` and `page` stands beside it. */
export interface Page<T> {
  items: T[];
  next: string | null;
  /** Where a list can be followed in both directions: the cursor of the page before. */
  prev?: string | null;
  total?: number;
  /** `total` is where the counting stopped: there are, or may be, more. */
  more?: boolean;
}

export const one = <T extends object, O extends object = never>(
  item: Class<T>,
  other?: Class<O>,
): Shape<T | O> => ({ item, other, many: 'one' });
export const listOf = <T extends object>(item: Class<T>): Shape<T[]> => ({ item, many: 'list' });
export const pageOf = <T extends object, O extends object = never>(
  item: Class<T>,
  other?: Class<O>,
): Shape<Page<T | O>> => ({ item, other, many: 'page' });

/** A file that is written piece by piece, since it may be larger than memory; `T` is what it holds. */
export interface Download<T> {
  filename: string;
  pieces: AsyncIterable<string>;
  /** Never set; carries the type of the content. */
  readonly content?: T;
}

/** The answer is the file itself, without an envelope. Errors have theirs, as long as nothing of the file was sent. */
export const download = <T extends object>(item: Class<T>): Shape<Download<T>> => ({
  item,
  many: 'download',
});

/** Bytes that are served as they are, also in parts. */
export interface ServedFile {
  /** Content-Type. */
  type: string;
  size: number;
  /** Other bytes have another one. */
  etag: string;
  modifiedAt: Date;
  disposition: string;
  /** Caches between us and the client may keep it. */
  isPublic: boolean;
  /** `end` is the last byte. Throws NOTFOUND when the bytes are gone. */
  read(part: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
  /** An address where the client finds the bytes instead; undefined when it does not. */
  elsewhere(): Promise<string> | undefined;
}

/** Neither JSON nor an envelope. */
class BytesDto {}

/** The answer is what is stored. Errors have their envelope. */
export const bytes = (): Shape<ServedFile> => ({ item: BytesDto, many: 'bytes' });

/** What the client finds in `data`; in a download, all there is. */
export type Data<R> =
  R extends Page<infer T> ? T[] : R extends Download<infer T> ? T : R extends ServedFile ? BytesDto : R;

/** The fields of a payload without its class: what a caller writes down. */
export type Fields<P> = { [K in keyof P]: P[K] };

/** client → server over Socket.IO, always acked with `{ ok, data }` or `{ ok: false, error }`. */
export interface ClientEvent<P extends object = object, R = unknown> {
  kind: 'client';
  name: string;
  summary: string;
  payload: Class<P>;
  ack: Shape<R>;
  example: { payload: Fields<P>; ack: Data<R> };
}

/** server → client over Socket.IO. */
export interface ServerEvent<P extends object = object> {
  kind: 'server';
  name: string;
  summary: string;
  /** Worth nothing a moment later: whoever reads too slowly is not sent it. */
  volatile?: true;
  payload: Class<P>;
  example: Fields<P>;
}

/** service → service over RabbitMQ; the name is the routing key. */
export interface IntegrationEvent<P extends object = object> {
  kind: 'integration';
  name: string;
  version: number;
  summary: string;
  payload: Class<P>;
  example: Fields<P>;
}

/** The topic exchange that all integration events go through. */
export const EXCHANGE = 'chat.events';

/** Who may call a route: anyone, a signed-in user, or another service of ours. */
export type Access = 'public' | 'user' | 'service';

/** A REST route. Path parameters are written `:name`. */
export interface Route<
  B extends object = object,
  Q extends object = object,
  P extends object = object,
  R = unknown,
> {
  kind: 'route';
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  tag: string;
  summary: string;
  access: Access;
  /** With access `user`: the caller needs one of these roles, else FORBIDDEN. */
  roles?: readonly string[];
  /** Beside `roles`: the path parameter that names a user who may call it for themself. */
  orSelf?: string;
  status: number;
  body?: Class<B>;
  query?: Class<Q>;
  params?: Class<P>;
  /** The request is multipart/form-data: files in this field, and nothing else. */
  files?: { field: string; most: number };
  result: Shape<R>;
  /** The answer has a form of its own, set by a standard: it is not wrapped into `{ ok, data }`. Errors are, as ever. */
  bare?: true;
  /** Errors that its parts do not tell: bad input, a missing token or an unknown id need no mention. */
  errors?: ErrorCode[];
  example: { body?: Fields<B>; result: Data<R> };
}

export const clientEvent = <P extends object, R>(
  name: string,
  definition: Omit<ClientEvent<P, R>, 'kind' | 'name'>,
): ClientEvent<P, R> => ({ kind: 'client', name, ...definition });

export const serverEvent = <P extends object>(
  name: string,
  definition: Omit<ServerEvent<P>, 'kind' | 'name'>,
): ServerEvent<P> => ({ kind: 'server', name, ...definition });

export const integrationEvent = <P extends object>(
  name: string,
  definition: Omit<IntegrationEvent<P>, 'kind' | 'name'>,
): IntegrationEvent<P> => ({ kind: 'integration', name, ...definition });

/** `endpoint` is written as it reads in the docs: `'POST /auth/login'`. */
export function route<R, B extends object = never, Q extends object = never, P extends object = never>(
  endpoint: `${Route['method']} /${string}`,
  definition: Omit<Route<B, Q, P, R>, 'kind' | 'method' | 'path' | 'status'> & { status?: number },
): Route<B, Q, P, R> {
  const [method, path] = endpoint.split(' ') as [Route['method'], string];
  return { kind: 'route', method, path, status: 200, ...definition };
}

/** A Socket.IO namespace: all that may be said in it. An app fails at boot when one of `client` has no handler or two. */
export interface Namespace {
  name: `/${string}`;
  /** Path of the Socket.IO endpoint; the stock client's default is `/socket.io`. */
  path: string;
  /** Path of the endpoint for clients without Socket.IO, that speak the same events as JSON frames; if there is one. */
  plainPath?: string;
  summary: string;
  client: ClientEvent<never>[];
  server: ServerEvent<never>[];
}

/** The envelope of every successful answer. */
export interface Success<T> {
  ok: true;
  data: T;
  page?: Omit<Page<unknown>, 'items'>;
}

/** The envelope of every refusal. */
export interface Refusal {
  ok: false;
  error: ErrorBody;
}
