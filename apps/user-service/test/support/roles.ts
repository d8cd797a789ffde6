import { signedIn, type Person } from './people';
import type { UserService } from './user-service';

/** Gives a role past the service, which has no admin yet who could. */
export async function giveRole(service: UserService, userId: number, role: string): Promise<void> {
  await service.sql(
    `INSERT INTO user_role (user_id, role_id) SELECT $1, role_id FROM roles WHERE name = $2 ON CONFLICT DO NOTHING`,
    [userId, role],
  );
}

/** Somebody new with this role, who has signed in. */
export async function signedInAs(service: UserService, role: string): Promise<Person> {
  const person = await signedIn(service);
  await giveRole(service, person.user.user_id, role);
  return person;
}
