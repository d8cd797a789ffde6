/** A list in the export: rows of a table, as their owner may see them. `$1` is the user. */
export interface ExportedRows {
  /** Its name in the document. */
  name: string;
  table: string;
  join?: string;
  where: string;
  /** What they are told one by one in the order of, and its type. */
  key: readonly [column: string, type: 'integer' | 'bigint' | 'uuid'];
  /** Name in the document → expression. Only what stands here leaves the service. */
  columns: Readonly<Record<string, string>>;
  /** Columns of the table that stay: secrets, and what is about somebody else. */
  withheld: readonly string[];
}

/** Of what others have done, their addresses are theirs. */
const BY_OWNER = '(actor_id IS NULL OR actor_id = user_id)';

/** A test compares this with the schema: every table with personal rows is exported or named below, column by column. */
export const EXPORTED_ROWS: readonly ExportedRows[] = [
  {
    name: 'roles',
    table: 'user_role',
    join: 'JOIN roles USING (role_id)',
    where: 'user_id = $1',
    key: ['role_id', 'integer'],
    columns: { name: 'roles.name', assigned_at: 'assigned_at' },
    withheld: ['user_id', 'role_id'],
  },
  {
    name: 'sessions',
    table: 'tokens',
    where: 'user_id = $1',
    key: ['session_id', 'uuid'],
    columns: {
      id: 'session_id',
      device: 'user_agent',
      address: 'address',
      created_at: 'created_at',
      last_used: 'last_used',
      expires_at: 'expired_at',
      ended_at: 'revoked_at',
      end_reason: 'revoked_reason',
    },
    withheld: ['user_id', 'refresh_hash', 'previous_hash', 'rotated_at'],
  },
  {
    name: 'second_factor',
    table: 'second_factors',
    where: 'user_id = $1',
    key: ['user_id', 'integer'],
    columns: { enabled_at: 'enabled_at', created_at: 'created_at' },
    withheld: ['user_id', 'secret', 'last_step'],
  },
  {
    name: 'identities',
    table: 'oidc_identities',
    where: 'user_id = $1',
    key: ['identity_id', 'integer'],
    columns: { issuer: 'issuer', subject: 'subject', linked_at: 'linked_at', last_used: 'last_used' },
    withheld: ['identity_id', 'user_id'],
  },
  {
    name: 'contacts',
    table: 'contacts',
    where: 'user_id = $1',
    key: ['contact_id', 'integer'],
    columns: { user_id: 'contact_id', since: 'since' },
    withheld: ['user_id'],
  },
  {
    name: 'contact_requests',
    table: 'contact_requests',
    // A request that was put aside by the other side must look like one that waits.
    where: '$1 IN (sender_id, addressee_id)',
    key: ['request_id', 'integer'],
    columns: { sender_id: 'sender_id', addressee_id: 'addressee_id', created_at: 'created_at' },
    withheld: ['request_id', 'hidden'],
  },
  {
    name: 'blocks',
    table: 'blocks',
    where: 'user_id = $1',
    key: ['blocked_id', 'integer'],
    columns: { user_id: 'blocked_id', created_at: 'created_at' },
    withheld: ['user_id'],
  },
  {
    name: 'privacy',
    table: 'privacy_settings',
    where: 'user_id = $1',
    key: ['user_id', 'integer'],
    columns: { presence: 'presence', last_seen: 'last_seen', read_receipts: 'read_receipts' },
    withheld: ['user_id', 'rev'],
  },
  {
    name: 'security_events',
    table: 'security_events',
    where: 'user_id = $1',
    key: ['event_id', 'bigint'],
    columns: {
      kind: 'kind',
      at: 'at',
      by_somebody_else: `NOT ${BY_OWNER}`,
      address: `CASE WHEN ${BY_OWNER} THEN address END`,
      device: `CASE WHEN ${BY_OWNER} THEN user_agent END`,
      details: 'details',
    },
    withheld: ['event_id', 'user_id', 'actor_id'],
  },
];

/** Personal tables that are not in the export, and why. */
export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  mails: 'what is about to be sent: the user gets it',
  mail_tokens: 'secrets',
  recovery_codes: 'secrets',
  oidc_flows: 'sign-ins that are under way',
  outbox: 'facts that stand elsewhere',
};
