import { refusalOf } from '@app/testing';

/** What each of the attempts was answered with, code and words: alike is what nobody can tell apart. */
export const told = (attempts: Promise<unknown>[]): Promise<string[]> =>
  Promise.all(
    attempts.map(async (attempt) => (await refusalOf(attempt)).message.split('was refused: ')[1] ?? ''),
  );

/** The error codes of the attempts, all of which must be refused. */
export const codesOf = async (attempts: Promise<unknown>[]): Promise<string[]> =>
  (await told(attempts)).map((text) => text.split(' ')[0] ?? '');
