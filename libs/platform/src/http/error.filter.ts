import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AppError, badRequest, ERRORS, unavailable, type ErrorCode } from '@app/contracts';
import type { Request, Response } from 'express';
import { Logger } from '../logging/logger';
import { requestIdOf } from './request-id';
import { isStoreAway } from './store-away';

/** Where several codes share a status, the first one is meant: it says least. */
const CODE_OF_STATUS = new Map<number, ErrorCode>(
  (Object.keys(ERRORS) as ErrorCode[]).map((code) => [ERRORS[code].status, code] as const).reverse(),
);

/** Any error becomes the contract's error object; what we did not foresee is logged and told as INTERNAL. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const requestId = requestIdOf(request);
    const error = toAppError(exception);
    if (error.code === 'INTERNAL') {
      const fields = { requestId, method: request.method, path: request.path };
      this.logger.error('request failed', exception instanceof Error ? exception : { exception }, fields);
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.retryAfterMs !== undefined)
      response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1_000));
    response.status(error.status).json({ ok: false, error: error.toBody(requestId) });
  }
}

/** Maps whatever was thrown to the error table; unknown things lose their text on purpose. */
export function toAppError(exception: unknown): AppError {
  if (exception instanceof AppError) return exception;
  if (isStoreAway(exception)) return unavailable('the store');
  if (isBodyParserError(exception)) return bodyError(exception);
  if (exception instanceof HttpException) {
    if (exception.getStatus() === ERRORS.BAD_REQUEST.status) return malformed(exception.message);
    const code = CODE_OF_STATUS.get(exception.getStatus());
    if (code !== undefined && code !== 'INTERNAL') return new AppError(code, exception.message);
  }
  return new AppError('INTERNAL', 'something went wrong on our side');
}

function bodyError({ type, limit }: BodyParserError): AppError {
  if (type === 'entity.too.large')
    return new AppError('PAYLOAD_TOO_LARGE', `the body is larger than ${limit ?? 0} bytes`);
  if (/^(encoding|charset)\.unsupported$/.test(type)) {
    return new AppError('UNSUPPORTED_MEDIA_TYPE', 'the body must be JSON in UTF-8');
  }
  return badRequest('body', 'must be valid JSON');
}

/** Nest turns two errors of the HTTP layer into its own 400 before we see them: bad JSON, and a bad %-escape in the path. */
const malformed = (message: string) =>
  message.startsWith('Failed to decode')
    ? badRequest('path', 'must be valid percent-encoding')
    : badRequest('body', 'must be valid JSON');

interface BodyParserError {
  type: string;
  limit?: number;
}

const isBodyParserError = (value: unknown): value is BodyParserError =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  String(value.type).match(/^(entity|encoding|charset|request)\./) !== null;
