import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../logging/logger';

/** Express middleware for a service that trusts no proxy: says once that there is one. */
export function warnOfProxy(logger: Logger) {
  let said = false;
  return (request: IncomingMessage, _response: ServerResponse, next: () => void): void => {
    if (!said && request.headers['x-forwarded-for'] !== undefined) {
      said = true;
      logger.warn(
        'a proxy is in front, but TRUST_PROXY is 0: all clients count as one address; behind the gateway set 1',
      );
    }
    next();
  };
}
