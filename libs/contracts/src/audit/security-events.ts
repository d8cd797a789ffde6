/** What the security log can tell: a closed list, so that whoever reads it can filter by kind. */
export const SECURITY_EVENTS = [
  'account.registered',
  'account.deleted',
  'session.started',
  'session.ended',
  'session.replayed',
  'login.failed',
  'second-factor.enabled',
  'second-factor.disabled',
  'second-factor.refused',
  'second-factor.recovered',
  'second-factor.recovery-codes-renewed',
  'profile.updated',
  'password.changed',
  'password.reset',
  'identity.linked',
  'identity.unlinked',
  'identity.refused',
] as const;
export type SecurityEventKind = (typeof SECURITY_EVENTS)[number];
