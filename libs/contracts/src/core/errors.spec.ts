import { describe, expect, it } from 'vitest';
import { AppError, badRequest, ERRORS, notFound, unavailable, type ErrorCode } from './errors';

/** As clients know it. Changing a line here breaks them. */
const PROMISED: Record<ErrorCode, { status: number; retryable: boolean }> = {
  AUTH_INVALID: { status: 401, retryable: false },
  SECOND_FACTOR_REQUIRED: { status: 401, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  NOTFOUND: { status: 404, retryable: false },
  BAD_REQUEST: { status: 400, retryable: false },
  CONFLICT: { status: 409, retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false },
  SLOW_CONSUMER: { status: 408, retryable: true },
  RATE_LIMITED: { status: 429, retryable: true },
  UNAVAILABLE: { status: 503, retryable: true },
  OUT_OF_SPACE: { status: 507, retryable: true },
  INTERNAL: { status: 500, retryable: false },
};

describe('the error table', () => {
  it('has every code with the status and the advice that clients were promised', () => {
    expect(ERRORS).toEqual(
      Object.fromEntries(
        Object.entries(PROMISED).map(([code, promise]) => [
          code,
          { ...promise, meaning: expect.stringMatching(/^[A-Z].+\.$/) },
        ]),
      ),
    );
  });

  it('has one status for each code, so that either tells the other; but for the one that asks for more', () => {
    const { SECOND_FACTOR_REQUIRED: more, ...others } = ERRORS;
    const statuses = Object.values(others).map(({ status }) => status);
    expect(new Set(statuses).size).toBe(statuses.length);
    expect(more.status).toBe(ERRORS.AUTH_INVALID.status);
  });

  it('leaves out of the body what it does not know', () => {
    expect(new AppError('CONFLICT', 'taken').toBody('r-1')).toEqual({
      code: 'CONFLICT',
      message: 'taken',
      requestId: 'r-1',
    });
    expect(new AppError('RATE_LIMITED', 'slow down', undefined, 0).toBody('r-1')).toHaveProperty(
      'retryAfterMs',
      0,
    );
  });

  it('names the field of bad input, the missing thing, and the way out of an unknown outcome', () => {
    expect(badRequest('limit', 'must be positive')).toMatchObject({
      code: 'BAD_REQUEST',
      message: 'limit must be positive',
      details: [{ field: 'limit', message: 'must be positive' }],
    });
    expect(notFound('message')).toMatchObject({
      code: 'NOTFOUND',
      status: 404,
      message: 'message not found',
    });
    expect(unavailable('the store').message).toContain('same clientId');
  });
});
