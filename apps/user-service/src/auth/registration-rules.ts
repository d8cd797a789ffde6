import { badRequest, type RegisterDto } from '@app/contracts';

/** What no single field can say. Throws BAD_REQUEST naming the field. */
export function checkRegistration({ username, email, password, confirmPassword }: RegisterDto): void {
  if (confirmPassword !== undefined && confirmPassword !== password) {
    throw badRequest('confirmPassword', 'must be the same as password');
  }
  const guess = password.toLowerCase();
  if (guess === username.toLowerCase()) throw badRequest('password', 'must not be the username');
  if (guess === email.toLowerCase()) throw badRequest('password', 'must not be the email');
}
