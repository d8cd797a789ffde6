/** No text of the server: it repeats addresses. */
export const reasonOf = (error: unknown): string =>
  `${codeOf(error, 'code')} ${codeOf(error, 'responseCode')}`.trim();

/** The server has said that it has not taken the mail. Where it said nothing at the end, it may have. */
export const isNotTaken = (error: unknown): boolean => codeOf(error, 'responseCode') !== '';

/** The server knows the recipient and does not want the mail. */
export const isRefusedForGood = (error: unknown): boolean =>
  codeOf(error, 'code') === 'EENVELOPE' && codeOf(error, 'responseCode').startsWith('5');

function codeOf(error: unknown, name: 'code' | 'responseCode'): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
