import type { IncomingMessage, ServerResponse } from 'node:http';

const PREFLIGHT_SECONDS = 600;
const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const HEADERS = 'Authorization, Content-Type, X-Request-Id, Range, If-None-Match';
const EXPOSED =
  'X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Content-Range, Content-Disposition, ETag';

/**
 * Which browser pages may call. A request without an Origin header does not come from a foreign page (browsers
 * always send one there) and is allowed: command lines, servers and phones have no origin.
 */
export class Origins {
  private readonly any: boolean;
  private readonly listed: Set<string>;

  constructor(allowed: string[]) {
    this.any = allowed.includes('*');
    this.listed = new Set(allowed);
  }

  allows(origin: string | undefined): boolean {
    return origin === undefined || this.any || this.listed.has(origin);
  }

  /** Sets the CORS headers. True when the request was a preflight and is now answered. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    if (!this.any) response.setHeader('Vary', 'Origin');
    const preflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (origin !== undefined && this.allows(origin)) {
      response.setHeader('Access-Control-Allow-Origin', this.any ? '*' : origin);
      // Cookies are for pages that we know by name: a browser would not send any to `*` either.
      if (!this.any) response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Access-Control-Expose-Headers', EXPOSED);
      if (preflight) {
        response.setHeader('Access-Control-Allow-Methods', METHODS);
        response.setHeader('Access-Control-Allow-Headers', HEADERS);
        response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
      }
    }
    if (preflight) response.writeHead(204).end();
    return preflight;
  }
}
