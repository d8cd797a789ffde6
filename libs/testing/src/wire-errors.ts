import type { ErrorBody, ErrorCode, ErrorDetail } from '@app/contracts';

/** A refusal by the system, as the client got it. */
export class WireError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetail[];
  readonly requestId: string;

  constructor(what: string, body: ErrorBody) {
    super(`${what} was refused: ${body.code} ${body.message}`);
    this.name = new.target.name;
    this.code = body.code;
    this.details = body.details ?? [];
    this.requestId = body.requestId;
  }

  /** The fields that the refusal complains about. */
  get fields(): string[] {
    return this.details.map((detail) => detail.field);
  }
}

/** A REST route answered with an error. */
export class ApiError extends WireError {
  constructor(
    what: string,
    readonly status: number,
    body: ErrorBody,
  ) {
    super(what, body);
  }
}

/** A client event was acked with an error. */
export class AckError extends WireError {}

/** The error that a promise was rejected with; fails when it was fulfilled or threw something else. */
export async function refusalOf(answer: Promise<unknown>): Promise<WireError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('expected a refusal, but it was accepted');
}
