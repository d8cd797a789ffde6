import { IsString, Matches } from 'class-validator';
import {
  BaseConfig,
  DEVELOPMENT_SECRET,
  IsList,
  IsNumber,
  IsPort,
  loadConfig,
  refuseUnsafeProduction,
} from '@app/platform';

const DAY_SECONDS = 86_400;

/** The settings of the user service; `.env.example` lists them. */
export class UserConfig extends BaseConfig {
  @IsPort()
  USER_SERVICE_PORT = 3001;

  @Matches(/^postgres(ql)?:\/\/.+\/.+/, {
    message: 'POSTGRES_URL must look like postgres://user:password@host:5432/database',
  })
  POSTGRES_URL = 'postgres://chat:chat@localhost:5432/chat';

  @IsString()
  RABBITMQ_URL = 'amqp://127.0.0.1:5672';

  /** Connections to PostgreSQL that this process holds at most. */
  @IsNumber(2, 200)
  POSTGRES_POOL_SIZE = 10;

  /**
   * For JWT_ALG=EdDSA or RS256: files with private keys (PEM), a list. The first one signs; all are published, so that tokens of the
   * key before stay good while keys are rotated.
   */
  @IsList()
  JWT_PRIVATE_KEYS: string[] = [];

  /** Seconds that an access token is valid. */
  @IsNumber(5, DAY_SECONDS)
  ACCESS_TOKEN_TTL = 900;

  /** Seconds that a session lives without being used; each refresh starts them anew. */
  @IsNumber(5, 365 * DAY_SECONDS)
  REFRESH_TOKEN_TTL = 7 * DAY_SECONDS;

  /** Seconds within which a used refresh token still gives its one successor: the first answer may have been lost. */
  @IsNumber(1, 60)
  REFRESH_TOKEN_GRACE = 10;

  /** Live sessions of one user; a sign-in beyond it ends the one that was unused for longest. */
  @IsNumber(1, 1_000)
  MAX_SESSIONS_PER_USER = 100;

  /** Days after which a session that has ended is forgotten, with the device and address it was used from. */
  @IsNumber(1, 3_650)
  SESSION_RETENTION_DAYS = 30;

  /** Days after which an entry of the security log is forgotten. */
  @IsNumber(1, 3_650)
  SECURITY_LOG_DAYS = 365;

  /** Refresh tokens are derived with it and carry its mark; a new one ends all sessions. */
  @IsString()
  JWT_REFRESH_SECRET = DEVELOPMENT_SECRET;

  /** What we must be able to read again is sealed with keys derived from it. A new one: nobody's authenticator app counts any more. */
  @IsString()
  SECRETS_KEY = DEVELOPMENT_SECRET;

  /** The name under which authenticator apps list our accounts. */
  @Matches(/^[^:]{1,50}$/, { message: 'TOTP_ISSUER must be a name of at most 50 characters, without colons' })
  TOTP_ISSUER = 'Chat';

  /** Wrong codes of a second factor that an account may have in one window, on all instances together. */
  @IsNumber(1, 100)
  SECOND_FACTOR_ATTEMPTS = 5;

  /** Seconds of that window. */
  @IsNumber(1, DAY_SECONDS)
  SECOND_FACTOR_WINDOW = 900;

  /** Passwords hashed at once: each takes 19 MiB and a core for about 20 ms. */
  @IsNumber(1, 64)
  ARGON2_CONCURRENCY = 2;

  /** Requests that may wait for their password to be hashed; more are refused with UNAVAILABLE. */
  @IsNumber(1, 10_000)
  ARGON2_QUEUE = 256;

  /** Contact requests of one user that may wait for an answer. */
  @IsNumber(1, 10_000)
  MAX_CONTACT_REQUESTS = 200;
}

/** Throws ConfigError with one line that names the wrong setting. */
export function loadUserConfig(env: NodeJS.ProcessEnv = process.env): UserConfig {
  return refuseUnsafeProduction(loadConfig(UserConfig, env), [
    'JWT_ACCESS_SECRET',
    'JWT_REFRESH_SECRET',
    'SECRETS_KEY',
  ]);
}
