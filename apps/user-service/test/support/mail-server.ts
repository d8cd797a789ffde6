import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@app/testing';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail extends Email {
  /** From the SMTP dialogue, not from the headers. */
  recipients: string[];
}

/** A real mail server on loopback that keeps what it gets. It can go away and come back on the same port. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  private server: SMTPServer | undefined;
  private port = 0;
  /** Recipients that are refused, with the code that a server would give. */
  readonly refused = new Map<string, number>();

  async start(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, done) => {
        const responseCode = this.refused.get(address);
        done(responseCode === undefined ? null : Object.assign(new Error(`no ${address}`), { responseCode }));
      },
      onData: (stream, { envelope }, done) => {
        text(stream)
          .then((raw) => PostalMime.parse(raw))
          .then((mail) => {
            this.mails.push({ ...mail, recipients: envelope.rcptTo.map(({ address }) => address) });
            done();
          }, done);
      },
    });
    this.server = server;
    const { server: listener } = server;
    server.listen(this.port, '127.0.0.1');
    await once(listener, 'listening');
    this.port = (listener.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** The `count`-th mail to this address about this, had already or still to come. */
  async mailTo(address: string, subject: RegExp, count = 1): Promise<ReceivedMail> {
    const matching = () =>
      this.mails.filter((mail) => mail.recipients.includes(address) && subject.test(mail.subject ?? ''));
    const found = await eventually(
      () => Promise.resolve(matching()),
      (mails) => {
        if (mails.length < count) throw new Error(`${mails.length} of ${count} mails to ${address}`);
      },
      30_000,
    );
    return found[count - 1] as ReceivedMail;
  }

  /** The token in the `count`-th mail to this address about this. */
  async tokenTo(address: string, subject: RegExp, count = 1): Promise<string> {
    return tokenIn(await this.mailTo(address, subject, count));
  }
}

export const CONFIRM = /confirm/i;
export const NEW_PASSWORD = /new password/i;
export const CHANGED = /changed/i;

/** What the link of a mail carries. */
export function tokenIn(mail: Email): string {
  const token = /#token=([\w-]+)/.exec(mail.text ?? '')?.[1];
  if (token === undefined) throw new Error(`there is no token in: ${mail.text}`);
  return token;
}
