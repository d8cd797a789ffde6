import { AppError } from '@app/contracts';

export const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

export const outOfSpace = () =>
  new AppError('OUT_OF_SPACE', 'there is no room for files at this moment', undefined, 60_000);

/** A disk or a user's share of it that is full, in the words of the error table; anything else as it is. */
export const asSpaceError = (error: unknown): unknown =>
  codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT' ? outOfSpace() : error;
