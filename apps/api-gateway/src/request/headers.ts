import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AppError, badRequest } from '@app/contracts';

/** Node refuses 16 KiB of headers; this refuses many small ones. */
const MAX_HEADERS = 100;

/** Belong to one connection, not to the request. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

/** Who the caller is and where it is, nobody but us may say. */
const IDENTITY =
  /^(?:x-user-|x-forwarded-)|^(?:x-roles?|x-real-ip|x-client-ip|x-original-url|x-rewrite-url|x-http-method-override|forwarded)$/;

/** A `Connection` header must not be able to take these away. */
const ESSENTIAL = new Set([
  'authorization',
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'x-request-id',
]);

const BODILESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** Throws BAD_REQUEST or AUTH_INVALID for headers that could be read in two ways. */
export function refuseAmbiguousHeaders(request: IncomingMessage): void {
  const { rawHeaders, headers } = request;
  if (rawHeaders.length > MAX_HEADERS * 2) throw badRequest('headers', `must be at most ${MAX_HEADERS}`);
  if (count(rawHeaders, 'authorization') > 1) {
    throw new AppError('AUTH_INVALID', 'there must be one Authorization header, not several');
  }
  if (count(rawHeaders, 'host') > 1) throw badRequest('host', 'must be given once');
  // http-proxy rewrites the length of such requests, so a chunked body would be read as a second request.
  if (headers['transfer-encoding'] !== undefined && BODILESS.has(request.method ?? '')) {
    throw badRequest('transfer-encoding', `is not accepted with ${request.method ?? ''}`);
  }
}

function count(rawHeaders: string[], name: string): number {
  let found = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === name) found++;
  return found;
}

/** The headers that a service gets: the client's own ones, less what belongs to the connection or claims an identity. */
export function forwardedHeaders(request: IncomingMessage, address: string): IncomingHttpHeaders {
  const { headers } = request;
  const dropped = (headers.connection ?? '').toLowerCase();
  const named =
    dropped === '' || dropped === 'keep-alive' ? [] : dropped.split(',').map((name) => name.trim());
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) || IDENTITY.test(name)) continue;
    if (named.includes(name) && !ESSENTIAL.has(name)) continue;
    kept[name] = headers[name];
  }
  kept['x-forwarded-for'] = address;
  kept['x-forwarded-proto'] = 'http';
  if (headers.host !== undefined) kept['x-forwarded-host'] = headers.host;
  return kept;
}
