import { badRequest, type RegisterDto } from '@app/contracts';
import { refuseGuessable } from '../passwords/password-rules';

/** What no single field can say. Throws BAD_REQUEST naming the field. */
export function checkRegistration(form: RegisterDto): void {
  const { password, confirmPassword } = form;
  if (confirmPassword !== undefined && confirmPassword !== password) {
    throw badRequest('confirmPassword', 'must be the same as password');
  }
  refuseGuessable('password', password, form);
}
