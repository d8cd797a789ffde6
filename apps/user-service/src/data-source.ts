import { DataSource } from 'typeorm';
import { UsersAndSessions1763683200000 } from './migrations/1763683200000-users-and-sessions';
import { OutboxAndSecurityLog1763770000000 } from './migrations/1763770000000-outbox-and-security-log';
import { SignIn1763771000000 } from './migrations/1763771000000-sign-in';
import { SecondFactors1763772000000 } from './migrations/1763772000000-second-factors';
import { Oidc1763772100000 } from './migrations/1763772100000-oidc';
import { UserSearch1763773000000 } from './migrations/1763773000000-user-search';
import { People1763774000000 } from './migrations/1763774000000-people';
import { DeletedAccounts1763775000000 } from './migrations/1763775000000-deleted-accounts';
import { OutboxClaims1763776000000 } from './migrations/1763776000000-outbox-claims';
import { Role } from './roles/role.entity';
import { Session } from './sessions/session.entity';
import { User } from './users/user.entity';

/** Milliseconds. A server that hangs must cost a request seconds, not for ever. */
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 3_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000;
/** The client's own limit, for a server that is too dead to enforce its own. */
const QUERY_TIMEOUT_MS = 4_000;

export interface DataSourceSettings {
  url: string;
  poolSize: number;
  applicationName: string;
  /** Migrations may take their time: no limit on statements. */
  patient?: boolean;
  /** Told when a connection breaks that nobody is using. */
  onIdleError?: (error: Error) => void;
}

/** The entities and migrations of the user service, on one pool. The schema is changed by migrations only. */
export function createDataSource({
  url,
  poolSize,
  applicationName,
  patient,
  onIdleError,
}: DataSourceSettings): DataSource {
  const limits = {
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  };
  return new DataSource({
    type: 'postgres',
    url,
    applicationName,
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { keepAlive: true, ...(!patient && limits) },
    poolErrorHandler: (error: Error) => onIdleError?.(error),
    entities: [User, Role, Session],
    migrations: [
      UsersAndSessions1763683200000,
      OutboxAndSecurityLog1763770000000,
      SignIn1763771000000,
      SecondFactors1763772000000,
      Oidc1763772100000,
      UserSearch1763773000000,
      People1763774000000,
      DeletedAccounts1763775000000,
      OutboxClaims1763776000000,
    ],
    migrationsTransactionMode: 'each',
    installExtensions: false,
    synchronize: false,
    // `where: { id: undefined }` would otherwise mean "any row".
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
  });
}
