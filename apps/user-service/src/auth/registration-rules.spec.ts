import type { RegisterDto } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { checkRegistration } from './registration-rules';

const form: RegisterDto = { username: 'margaret', email: 'margaret@example.com', password: 'correct horse' };

describe('registration rules', () => {
  it.each<[string, Partial<RegisterDto>]>([
    ['no confirmation', {}],
    ['the same confirmation', { confirmPassword: 'correct horse' }],
  ])('accept %s', (_name, change) => expect(() => checkRegistration({ ...form, ...change })).not.toThrow());

  it.each<[string, Partial<RegisterDto>, string]>([
    ['another confirmation', { confirmPassword: 'correct house' }, 'confirmPassword'],
    ['an empty confirmation', { confirmPassword: '' }, 'confirmPassword'],
    ['the username as password', { password: 'MARGARET' }, 'password'],
    ['the email as password', { password: 'Margaret@Example.com' }, 'password'],
  ])('refuse %s', (_name, change, field) =>
    expect(() => checkRegistration({ ...form, ...change })).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', details: [expect.objectContaining({ field })] }),
    ),
  );
});
