import { afterAll, beforeAll } from 'vitest';
import { MailServer } from './mail-server';
import { useUserService, type UserService } from './user-service';

/** One service for the tests of a file, and the mail server that it uses. Call at the top level of the file. */
export function useUserServiceWithMail(settings: Record<string, string> = {}): {
  service: () => UserService;
  mailbox: MailServer;
} {
  const mailbox = new MailServer();
  beforeAll(() => mailbox.start());
  const service = useUserService(() => ({ SMTP_URL: mailbox.url, ...settings }));
  afterAll(() => mailbox.stop());
  return { service, mailbox };
}
