import { expect, it } from 'vitest';
import { identityOf, joinClaims } from './identity';

const emailOf = (idToken: object, userinfo: object) =>
  identityOf('https://issuer.example', 's', joinClaims({ ...idToken }, { ...userinfo })).email;

it.each([
  [{ email: 'a@x.org', email_verified: true }, {}, 'a@x.org'],
  [{}, { email: 'a@x.org', email_verified: true }, 'a@x.org'],
  [{ email_verified: true }, { email: 'victim@x.org' }, null],
  [{ email: 'victim@x.org' }, { email_verified: true }, null],
  [{ email: 'a@x.org', email_verified: true }, { email: 'victim@x.org' }, 'a@x.org'],
  [{ email: 'victim@x.org', email_verified: false }, { email_verified: true }, null],
  [{ email: 'old@x.org', email_verified: true }, { email: 'a@x.org', email_verified: true }, 'a@x.org'],
  [{ email: 'a@x.org', email_verified: true }, { email: 'a@x.org', email_verified: false }, null],
  [{ email: 'a@x.org', email_verified: 'true' }, {}, null],
])('ID token %j and userinfo %j confirm %s', (idToken, userinfo, email) =>
  expect(emailOf(idToken, userinfo)).toBe(email),
);

it('takes the rest from both', () => {
  const claims = joinClaims({ name: 'Old', preferred_username: 'alice' }, { name: 'Alice' });
  expect(identityOf('https://issuer.example', 's', claims)).toMatchObject({
    username: 'alice',
    fullName: 'Alice',
  });
});
