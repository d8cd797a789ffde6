import type { MailKind } from './mail-queue';

export interface MailText {
  subject: string;
  text: string;
}

/** What the texts need to know. Only the username: the rules of usernames leave no room for a sender's own message. */
export interface MailFacts {
  username: string;
  /** Where the app's pages are. */
  appUrl: string;
  token?: string;
  ttlSeconds?: number;
}

const TEXTS: Record<MailKind, { subject: string; lines: (facts: MailFacts) => string[] }> = {
  'verify-email': {
    subject: 'Please confirm your email address',
    lines: (facts) => [
      'Welcome! Please confirm that this is your email address:',
      ...link('verify-email', facts),
      'If you did not open an account with us, you need not do anything.',
    ],
  },
  'reset-password': {
    subject: 'Set a new password',
    lines: (facts) => [
      'Somebody, probably you, wants to set a new password for your account. This is the way:',
      ...link('reset-password', facts),
      'If it was not you, you need not do anything; your password stays as it is.',
    ],
  },
  'password-changed': {
    subject: 'Your password was changed',
    lines: ({ appUrl }) => [
      'The password of your account was changed just now, and all other devices were signed out.',
      'If it was not you, set a new one at once:',
      `${appUrl}/forgot-password`,
    ],
  },
  'second-factor-enabled': {
    subject: 'Signing in needs a code now',
    lines: ({ appUrl }) => [
      'From now on signing in to your account needs a code of your authenticator app, or a recovery code.',
      'If it was not you who arranged that, set a new password at once:',
      `${appUrl}/forgot-password`,
    ],
  },
  'second-factor-disabled': {
    subject: 'Signing in needs no code any more',
    lines: ({ appUrl }) => [
      'From now on signing in to your account needs the password only.',
      'If it was not you who arranged that, set a new password at once:',
      `${appUrl}/forgot-password`,
    ],
  },
  'identity-linked': {
    subject: 'A new way into your account',
    lines: ({ appUrl }) => [
      'Your account can be opened by signing in at our provider from now on.',
      'If it was not you who arranged that, sign in, unlink it, and set a new password:',
      `${appUrl}/forgot-password`,
    ],
  },
};

/** A plain, short text. */
export function mailText(kind: MailKind, facts: MailFacts): MailText {
  const { subject, lines } = TEXTS[kind];
  return { subject, text: `${[`Hello ${facts.username},`, ...lines(facts)].join('\n\n')}\n` };
}

/** The token stands behind `#`: browsers keep that to themselves, so that it is in no log of a server. */
function link(page: string, { appUrl, token = '', ttlSeconds = 0 }: MailFacts): string[] {
  return [
    `${appUrl}/${page}#token=${token}`,
    `Or enter this code: ${token}`,
    `Both are good for one time, within ${duration(ttlSeconds)}.`,
  ];
}

function duration(seconds: number): string {
  const [amount, unit] = seconds >= 7_200 ? [seconds / 3_600, 'hours'] : [seconds / 60, 'minutes'];
  return `${Math.max(1, Math.round(amount))} ${unit}`;
}
