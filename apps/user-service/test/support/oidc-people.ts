import { randomBytes } from 'node:crypto';
import { finishOidc, startOidc, type Fields, type OidcCallbackDto, type SessionDto } from '@app/contracts';
import { afterAll, beforeAll } from 'vitest';
import { MailServer } from './mail-server';
import { TestProvider, type Claims } from './oidc-provider';
import { registered } from './people';
import { useUserService, type UserService } from './user-service';

/** A provider, a service whose people sign in there, and its mail server, for the tests of a file. Call at the top level of the file. */
export function useOidc(settings: Record<string, string> = {}): {
  provider: () => TestProvider;
  service: () => UserService;
  mailbox: MailServer;
} {
  const mailbox = new MailServer();
  let started: TestProvider | undefined;
  const provider = () => {
    if (!started) throw new Error('the provider has not started');
    return started;
  };
  beforeAll(async () => {
    await mailbox.start();
    started = await TestProvider.start();
  });
  const service = useUserService(() => ({ SMTP_URL: mailbox.url, ...provider().settings, ...settings }));
  afterAll(async () => {
    await started?.close();
    await mailbox.stop();
  });
  return { provider, service, mailbox };
}

/** Somebody new at the provider, with an address that the provider has confirmed. */
export function person(provider: TestProvider, claims: Claims = {}): { subject: string; email: string } {
  const subject = `s${randomBytes(6).toString('hex')}`;
  const email = claims.email ?? `${subject}@example.com`;
  provider.people.set(subject, { email, email_verified: true, preferred_username: subject, ...claims });
  return { subject, email };
}

/** What a client posts after `subject` has been at the provider. */
export async function answerFor(
  service: UserService,
  provider: TestProvider,
  subject: string,
): Promise<Fields<OidcCallbackDto>> {
  const { url, state, browserKey } = await service.as().call(startOidc);
  const parameters = await provider.signIn(url, subject);
  return { ...parameters, state: parameters.state ?? state, browserKey };
}

export async function signInAt(
  service: UserService,
  provider: TestProvider,
  subject: string,
): Promise<SessionDto> {
  return service.as().call(finishOidc, { body: await answerFor(service, provider, subject) });
}

/** The same person, whose address is confirmed now. */
export async function confirmed<P extends SessionDto>(service: UserService, person: Promise<P>): Promise<P> {
  const { user_id } = (await person).user;
  await service.sql('UPDATE users SET email_verified_at = now() WHERE user_id = $1', [user_id]);
  return person;
}

/** An account of ours; whether its address is confirmed as said. */
export async function accountWith(service: UserService, { confirmed }: { confirmed: boolean }) {
  const user = await registered(service);
  await service.sql(
    `UPDATE users SET email_verified_at = ${confirmed ? 'now()' : 'NULL'} WHERE user_id = $1`,
    [user.user_id],
  );
  return user;
}
