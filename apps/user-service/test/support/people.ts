import { randomBytes } from 'node:crypto';
import { login, register, type SessionDto, type UserDto } from '@app/contracts';
import type { UserService } from './user-service';

export const PASSWORD = 'correct horse battery';

export interface Person extends SessionDto {
  username: string;
  email: string;
}

/** Form of somebody new. */
export function someone(): { username: string; email: string; password: string } {
  const username = `u${randomBytes(5).toString('hex')}`;
  return { username, email: `${username}@example.com`, password: PASSWORD };
}

export async function registered(service: UserService): Promise<UserDto> {
  return service.as().call(register, { body: someone() });
}

/** Somebody new who has signed in. */
export async function signedIn(service: UserService): Promise<Person> {
  const { username, email } = await registered(service);
  const session = await service.as().call(login, { body: { email, password: PASSWORD } });
  return { ...session, username, email };
}
