import { AppError, badRequest, notFound, unavailable } from '@app/contracts';
import {
  InvalidDraftError,
  MessageNotFoundError,
  RejectedByStoreError,
  TooManyChangesError,
  UnavailableError,
} from '../log/errors';

/** The log's errors in the words of the error table; anything else passes as it is. */
export function toAppError(error: unknown): unknown {
  if (error instanceof UnavailableError) return unavailable('the message store');
  if (error instanceof InvalidDraftError) return badRequest(error.field, `must be ${error.expected}`);
  if (error instanceof MessageNotFoundError) return notFound('message');
  if (error instanceof TooManyChangesError)
    return new AppError('CONFLICT', 'the message was changed too often');
  if (error instanceof RejectedByStoreError)
    return new AppError('BAD_REQUEST', 'the message cannot be stored as it is');
  return error;
}
