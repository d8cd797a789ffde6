import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Logger } from '@app/platform';
import { createTransport } from 'nodemailer';
import { UserConfig } from '../config';

export interface OutgoingMail {
  mailId: string;
  kind: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html?: string;
  /** The address at which a POST ends mails of this kind (RFC 8058). */
  unsubscribeUrl?: string;
}

/** Milliseconds. All together they stay below the time after which a mail is tried again. */
const TIMEOUTS = {
  connectionTimeout: 8_000,
  greetingTimeout: 8_000,
  dnsTimeout: 8_000,
  socketTimeout: 15_000,
};

/** To the server that SMTP_URL names; without one, into files that any mail program opens. */
@Injectable()
export class MailTransport {
  readonly send: (mail: OutgoingMail) => Promise<void>;
  /** Rejects while the mail server is away, or does not let us in. */
  readonly knock: () => Promise<void>;
  private readonly logger: Logger;

  constructor(config: UserConfig, logger: Logger) {
    this.logger = logger.child({ context: 'MailTransport' });
    const { send, knock } = config.SMTP_URL === '' ? this.intoFiles(config) : this.bySmtp(config);
    this.send = send;
    this.knock = knock;
    if (config.SMTP_URL === '' && config.isProduction)
      this.logger.warn('SMTP_URL is not set: mails are written to files and reach nobody');
  }

  private bySmtp({ SMTP_URL: url, MAIL_FROM: from }: UserConfig) {
    const transport = createTransport({ url, ...TIMEOUTS }, { from });
    return {
      send: async (mail: OutgoingMail) => {
        await transport.sendMail(envelope(mail, from));
      },
      knock: async () => {
        await transport.verify();
      },
    };
  }

  private intoFiles({ MAIL_DIR, MAIL_FROM: from }: UserConfig) {
    const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' }, { from });
    const folder = resolve(MAIL_DIR);
    const send = async (mail: OutgoingMail) => {
      const { message } = await transport.sendMail(envelope(mail, from));
      const file = join(
        folder,
        `${new Date().toISOString().replaceAll(':', '-')}-${mail.kind}-${randomUUID()}.eml`,
      );
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Nobody shall see half a mail.
      await writeFile(`${file}.part`, message, { mode: 0o600 });
      await rename(`${file}.part`, file);
      this.logger.info('a mail was written', { kind: mail.kind, file });
    };
    return { send, knock: () => Promise.resolve() };
  }
}

/** Name and address stay apart and in fields of their own: neither can become a second recipient or a header. */
const envelope = ({ mailId, to, subject, text, html, unsubscribeUrl }: OutgoingMail, from: string) => ({
  from,
  to,
  subject,
  text,
  ...(html !== undefined && { html }),
  // The same at every try: a mailbox that got it twice can tell.
  messageId: `<${mailId}@${domainOf(from)}>`,
  headers: {
    'Auto-Submitted': 'auto-generated',
    ...(unsubscribeUrl !== undefined && {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  },
  disableFileAccess: true,
  disableUrlAccess: true,
});

const domainOf = (from: string) => /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
