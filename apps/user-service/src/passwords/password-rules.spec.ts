import { describe, expect, it } from 'vitest';
import { isCommonPassword } from './common-passwords';
import { refuseGuessable } from './password-rules';

const owner = { username: 'margaret', email: 'margaret@example.com' };

describe('refuseGuessable', () => {
  it.each([
    ['the username', 'MARGARET', 'must not be the username'],
    ['the email', 'Margaret@Example.com', 'must not be the email'],
    ['a common password', 'password123', 'is one of the most common passwords, choose another'],
    ['a common password in other letters', 'P@ssW0rd', 'is one of the most common passwords, choose another'],
    ['a row of keys', 'qwertyuiop', 'is one of the most common passwords, choose another'],
  ])('refuses %s, naming the field', (_name, password, message) =>
    expect(() => refuseGuessable('newPassword', password, owner)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', details: [{ field: 'newPassword', message }] }),
    ),
  );

  it.each(['correct horse', 'Пароль не из списка', 'margaret2', '🐎🔋🖇️🐴🐎🔋🖇️🐴'])(
    'accepts %s',
    (password) => expect(() => refuseGuessable('password', password, owner)).not.toThrow(),
  );
});

it('knows the passwords that everybody has, and lets those of the demo and the tests be', () => {
  for (const common of ['12345678', 'iloveyou', 'letmein123', 'trustno1', 'Sunshine1'])
    expect(isCommonPassword(common), common).toBe(true);
  for (const ours of ['demo-password-1', 'correct horse battery', 'correct horse battery staple'])
    expect(isCommonPassword(ours), ours).toBe(false);
});
