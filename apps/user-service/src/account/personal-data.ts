/** Rows that are about a user, and what becomes of them when the account is deleted. `$1` is the user. */
export interface PersonalRows {
  table: string;
  where: string;
  /** What is blanked in them; without it the rows go. */
  blank?: string;
}

/**
 * Every table with something of users in it. A test compares this list with the schema, so that whoever adds a table or
 * a column decides what the law asks of it. In an order that foreign keys allow.
 */
export const PERSONAL_ROWS: readonly PersonalRows[] = [
  { table: 'mails', where: 'user_id = $1' },
  { table: 'mail_tokens', where: 'user_id = $1' },
  { table: 'recovery_codes', where: 'user_id = $1' },
  { table: 'second_factors', where: 'user_id = $1' },
  { table: 'oidc_identities', where: 'user_id = $1' },
  { table: 'oidc_flows', where: 'user_id = $1' },
  { table: 'contact_requests', where: '$1 IN (sender_id, addressee_id)' },
  { table: 'contacts', where: '$1 IN (user_id, contact_id)' },
  { table: 'blocks', where: '$1 IN (user_id, blocked_id)' },
  { table: 'privacy_settings', where: 'user_id = $1' },
  // Events with a name in them that nobody has been told yet: they have come to nothing. Others hold numbers only.
  { table: 'outbox', where: `$1 IN ((data->>'senderId')::integer, (data->>'addresseeId')::integer)` },
  { table: 'user_role', where: 'user_id = $1' },
  // Other services ask which sessions have ended while tokens of theirs are valid by their dates.
  {
    table: 'tokens',
    where: 'user_id = $1',
    blank: `address = '', user_agent = '', refresh_hash = '', previous_hash = NULL`,
  },
  // That something happened stays, and to which number.
  { table: 'security_events', where: 'user_id = $1', blank: `address = '', user_agent = '', details = '{}'` },
  {
    table: 'security_events',
    where: 'actor_id = $1',
    blank: `address = '', user_agent = '', details = '{}'`,
  },
];

/** Tables without anything of users but, at most, their numbers for a while; and why. */
export const IMPERSONAL_TABLES: Readonly<Record<string, string>> = {
  migrations: 'the schema',
  login_throttle: 'digests that nobody can turn back, and that lapse',
  roles: 'what may be done, not who may',
};

/** What the columns of a deleted account become. The name and the address are free for somebody else. */
export const TOMBSTONE: Readonly<Record<string, string>> = {
  username: `'deleted-' || user_id`,
  email: `'deleted-' || user_id`,
  password_hash: `''`,
  email_verified_at: 'NULL',
  // Whoever is about to set another one has read the version before.
  password_version: 'password_version + 1',
  full_name: 'NULL',
  avatar_url: 'NULL',
  phone: 'NULL',
  last_seen: 'NULL',
  status: `'deleted'`,
  deleted_at: 'now()',
  updated_at: 'now()',
  search_text: `''`,
  profile_rev: 'profile_rev + 1',
};

/** And those that stay. */
export const KEPT_COLUMNS: readonly string[] = ['user_id', 'created_at'];
