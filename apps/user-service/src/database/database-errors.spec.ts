import { describe, expect, it } from 'vitest';
import { isStoreAway, violatedIndex, withoutValues } from './database-errors';

const failure = (fields: object) =>
  Object.assign(new Error('message' in fields ? String(fields.message) : 'failed'), fields);
const wrapped = (fields: object) =>
  Object.assign(new Error('QueryFailedError'), { driverError: failure(fields) });

describe('isStoreAway', () => {
  it.each([
    ['refused', { code: 'ECONNREFUSED' }],
    ['reset', { code: 'ECONNRESET' }],
    ['server stops', { code: '57P01' }],
    ['server starts', { code: '57P03' }],
    ['statement timeout', { code: '57014' }],
    ['too many connections', { code: '53300' }],
    ['no such database yet', { code: '3D000' }],
    ['pool exhausted', { message: 'timeout exceeded when trying to connect' }],
    ['cut', { message: 'Connection terminated unexpectedly' }],
  ])('%s', (_name, fields) => {
    expect(isStoreAway(failure(fields))).toBe(true);
    expect(isStoreAway(wrapped(fields))).toBe(true);
  });

  it.each([
    ['unique violation', { code: '23505' }],
    ['syntax error', { code: '42601' }],
    ['missing table', { code: '42P01' }],
  ])('not %s', (_name, fields) => expect(isStoreAway(wrapped(fields))).toBe(false));

  it('not what is no error at all', () =>
    expect([null, undefined, 'x', 1].map(isStoreAway)).toEqual([false, false, false, false]));
});

describe('violatedIndex', () => {
  it('names the index', () => {
    expect(violatedIndex(wrapped({ code: '23505', constraint: 'users_email_unique' }))).toBe(
      'users_email_unique',
    );
  });

  it('is null for other violations', () => {
    expect(violatedIndex(wrapped({ code: '23503', constraint: 'tokens_user_id_fkey' }))).toBeNull();
  });
});

describe('withoutValues', () => {
  it('leaves the statement and the reason, and no value', () => {
    const driverError = failure({ message: 'no', code: '23505', detail: 'Key (email)=(secret) exists' });
    const error = Object.assign(new Error('no'), { query: 'INSERT', parameters: ['secret'], driverError });
    expect(withoutValues(error)).toBe(error);
    expect(JSON.stringify({ ...error, driverError: { ...driverError } })).not.toContain('secret');
    expect(error.query).toBe('INSERT');
  });
});
