/**
 * Every error that a client can meet: code → HTTP status, and whether the same request may succeed later.
 * One row per code; REST, Socket.IO acks, the specs and the test client all read this table.
 */
export const ERRORS = {
  BAD_REQUEST: {
    status: 400,
    retryable: false,
    meaning: 'The input is not what the contract says; see `details`.',
  },
  AUTH_INVALID: {
    status: 401,
    retryable: false,
    meaning: 'No token, or one that is expired or not valid. Log in again.',
  },
  SECOND_FACTOR_REQUIRED: {
    status: 401,
    retryable: false,
    meaning:
      'So far all is right. Ask for the code of the authenticator app and repeat the request with it as `code`.',
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    meaning: 'The caller sees the thing but may not do this to it.',
  },
  NOTFOUND: { status: 404, retryable: false, meaning: 'No such thing, or none that the caller may see.' },
  CONFLICT: { status: 409, retryable: false, meaning: 'It exists already, or its state forbids the change.' },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, meaning: 'The request is larger than the limit.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    meaning: 'The content type is not accepted here.',
  },
  SLOW_CONSUMER: {
    status: 408,
    retryable: true,
    meaning:
      'Too much waited for a socket whose client did not read it. Connect again and go on by `conversation:sync`.',
  },
  RATE_LIMITED: { status: 429, retryable: true, meaning: 'Too many requests; wait `retryAfterMs`.' },
  UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: 'Outcome unknown; safe to retry with the same `clientId`.',
  },
  OUT_OF_SPACE: {
    status: 507,
    retryable: true,
    meaning: 'There is no room for files at this moment.',
  },
  INTERNAL: { status: 500, retryable: false, meaning: 'A fault of ours; quote the `requestId`.' },
} as const;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** One complaint about one field of the input. `field` is a path such as `participantIds[2]`. */
export interface ErrorDetail {
  field: string;
  message: string;
}

/** The `error` object of a failed REST answer or ack. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details?: ErrorDetail[];
  retryAfterMs?: number;
  requestId: string;
}

/** The one error class that services throw on purpose; anything else that reaches an edge becomes INTERNAL. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: ErrorDetail[],
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'AppError';
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  toBody(requestId: string): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.details && { details: this.details }),
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
      requestId,
    };
  }
}

export const badRequest = (field: string, message: string) =>
  new AppError('BAD_REQUEST', `${field} ${message}`, [{ field, message }]);

export const notFound = (thing: string) => new AppError('NOTFOUND', `${thing} not found`);

export const unavailable = (what: string) =>
  new AppError(
    'UNAVAILABLE',
    `${what} did not answer in time; the outcome is unknown, retry with the same clientId`,
  );
