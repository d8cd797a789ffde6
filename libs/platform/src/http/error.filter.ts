import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AppError, ERRORS, type ErrorCode } from '@app/contracts';
import type { Request, Response } from 'express';
import { Logger } from '../logging/logger';
import { requestIdOf } from './request-id';

const CODE_OF_STATUS = new Map<number, ErrorCode>(
  (Object.keys(ERRORS) as ErrorCode[]).map((code) => [ERRORS[code].status, code]),
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
    if (error.retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1_000));
    response.status(error.status).json({ ok: false, error: error.toBody(requestId) });
  }
}

/** Maps whatever was thrown to the error table; unknown things lose their text on purpose. */
export function toAppError(exception: unknown): AppError {
  if (exception instanceof AppError) return exception;
  if (isBodyParserError(exception)) {
    return exception.type === 'entity.too.large'
      ? new AppError('PAYLOAD_TOO_LARGE', `the body is larger than ${exception.limit ?? 0} bytes`)
      : new AppError('BAD_REQUEST', 'body must be valid JSON', [{ field: 'body', message: 'must be valid JSON' }]);
  }
  if (exception instanceof HttpException) {
    const code = CODE_OF_STATUS.get(exception.getStatus());
    if (code !== undefined && code !== 'INTERNAL') return new AppError(code, exception.message);
  }
  return new AppError('INTERNAL', 'something went wrong on our side');
}

const isBodyParserError = (value: unknown): value is { type: string; limit?: number } =>
  typeof value === 'object' && value !== null && 'type' in value && String(value.type).match(/^(entity|encoding|charset|request)\./) !== null;
