/**
 * The log could not confirm the write. Repeating it with the same clientId is always safe: the store refuses
 * a second copy. Thrown as such for what waited behind a flush that failed: never handed to the store.
 */
export class UnavailableError extends Error {
  override readonly name: string = 'UnavailableError';
}

/** The write was handed to the store and no answer came in time: it may be stored, now or later. */
export class UnknownOutcomeError extends UnavailableError {
  override readonly name = 'UnknownOutcomeError';
}

/** Refused before it reached the store (queue full, waited too long, shutting down): certainly not stored. */
export class OverloadedError extends UnavailableError {
  override readonly name = 'OverloadedError';
}

/** The store refuses this one document for what it contains (too large, index key too long): not stored. */
export class RejectedByStoreError extends Error {
  override readonly name = 'RejectedByStoreError';
}

/** There is no such message in that conversation. */
export class MessageNotFoundError extends Error {
  override readonly name = 'MessageNotFoundError';

  constructor(readonly messageId: string) {
    super(`No message ${messageId} in this conversation`);
  }
}

/** A field of a draft is not what the log needs; a mistake of the caller, found before anything is queued. */
export class InvalidDraftError extends Error {
  override readonly name = 'InvalidDraftError';

  constructor(
    readonly field: string,
    readonly expected: string,
  ) {
    super(`${field} must be ${expected}`);
  }
}

/** The message has taken as many change numbers as one document may hold (`maxChanges`). */
export class TooManyChangesError extends Error {
  override readonly name = 'TooManyChangesError';
}
