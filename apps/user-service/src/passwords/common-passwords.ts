import { dictionary } from '@zxcvbn-ts/language-common';

/** Shorter ones are refused for their length. */
const MIN_LENGTH = 8;

/**
 * Those among the 49,000 most used passwords of known leaks that are long enough to be chosen: 18,000. With the list that they come
 * from, 3 MB.
 */
const COMMON = new Set(dictionary['passwords-common'].filter(({ length }) => length >= MIN_LENGTH));

/** Without regard to case. */
export const isCommonPassword = (password: string): boolean => COMMON.has(password.toLowerCase());
