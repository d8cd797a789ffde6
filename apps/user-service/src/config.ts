import { IsEmail, IsString, IsUrl, Length, Matches, ValidateIf } from 'class-validator';
import {
  BaseConfig,
  ConfigError,
  DEVELOPMENT_SECRET,
  IsFlag,
  IsList,
  IsInstances,
  IsNumber,
  IsPort,
  loadConfig,
  refuseUnsafeProduction,
} from '@app/platform';
import { checkFirstAdmin } from './administration/first-admin-settings';

const DAY_SECONDS = 86_400;

const IfGiven = () => ValidateIf((_config: object, value: unknown) => value !== '');

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

  /** Address of the OpenID provider that people may sign in with; empty: there is none. http:// outside production only. */
  @Matches(/^(https?:\/\/.+)?$/, { message: 'OIDC_ISSUER must be an https:// address' })
  OIDC_ISSUER = '';

  /** Our name and secret at the provider; without a secret we are a public client. */
  @IsString()
  OIDC_CLIENT_ID = '';

  @IsString()
  OIDC_CLIENT_SECRET = '';

  /** Where the provider sends browsers back to: a page of the app; empty: APP_URL/oidc/callback. */
  @Matches(/^(https?:\/\/[^?#]+)?$/, { message: 'OIDC_REDIRECT_URI must be an address without ? and #' })
  OIDC_REDIRECT_URI = '';

  @Matches(/(^| )openid( |$)/, { message: 'OIDC_SCOPES must have openid among them' })
  OIDC_SCOPES = 'openid email profile';

  /** The provider as people know it. */
  @IsString()
  OIDC_NAME = 'Single sign-on';

  /** Seconds that one answer of the provider may take. */
  @IsNumber(1, 30)
  OIDC_TIMEOUT = 4;

  /** Where the API is, without a slash at the end. */
  get apiUrl(): string {
    return (this.PUBLIC_URL || this.APP_URL).replace(/\/$/, '');
  }

  get oidcRedirectUri(): string {
    return this.OIDC_REDIRECT_URI || `${this.APP_URL.replace(/\/$/, '')}/oidc/callback`;
  }

  /** Passwords hashed at once: each takes 19 MiB and a core for about 20 ms. */
  @IsNumber(1, 64)
  ARGON2_CONCURRENCY = 2;

  /** Requests that may wait for their password to be hashed; more are refused with UNAVAILABLE. */
  @IsNumber(1, 10_000)
  ARGON2_QUEUE = 256;

  /** Where the chat service is: all of its instances. It knows who is online. */
  @IsInstances()
  CHAT_SERVICE_URL: string[] = ['http://127.0.0.1:3002'];

  /** Contact requests of one user that may wait for an answer. */
  @IsNumber(1, 10_000)
  MAX_CONTACT_REQUESTS = 200;

  /** Contact requests of one user to the same other one in a day: each may be taken back and sent again. */
  @IsNumber(1, 1_000)
  CONTACT_REQUEST_TRIES = 3;

  /** Seconds in which the tries below come back, one after the other. */
  @IsNumber(1, DAY_SECONDS)
  THROTTLE_WINDOW = 900;

  /** Wrong passwords for one name (an account has two: email and username) before the next try has to wait. */
  @IsNumber(1, 1_000_000)
  LOGIN_ACCOUNT_TRIES = 7;

  /** Wrong passwords from one address, for whatever names; 0: 50 in production, 1000 otherwise. */
  @IsNumber(0, 1_000_000)
  LOGIN_ADDRESS_TRIES = 0;

  /** Registrations from one address, and requests for a new password; 0: 50 of each in production, 10000 otherwise. */
  @IsNumber(0, 1_000_000)
  SIGN_UP_ADDRESS_TRIES = 0;

  /** Wrong codes of an account's second factor, by somebody who has its password; wrong passwords where a session is asked for it again. */
  @IsNumber(1, 1_000)
  SECOND_FACTOR_TRIES = 5;

  /** Mails of one kind that can be asked for to one address. */
  @IsNumber(1, 1_000_000)
  MAIL_ACCOUNT_TRIES = 3;

  /** Whether an account can be used only when its email address has been confirmed. */
  @IsFlag()
  REQUIRE_VERIFIED_EMAIL = false;

  /** Seconds that the token in a mail is good for: the one that confirms the address. */
  @IsNumber(60, 30 * DAY_SECONDS)
  VERIFY_EMAIL_TTL = DAY_SECONDS;

  /** The one that sets a new password. */
  @IsNumber(60, DAY_SECONDS)
  RESET_PASSWORD_TTL = 3_600;

  /** The mail server, smtp:// or smtps://; empty: mails are written to MAIL_DIR. */
  @Matches(/^(smtps?:\/\/.+)?$/, { message: 'SMTP_URL must look like smtp://user:password@host:587' })
  SMTP_URL = '';

  @Matches(/^[^\r\n]*@[^\r\n]+$/, { message: 'MAIL_FROM must be an address, or a name and an <address>' })
  MAIL_FROM = 'Chat <no-reply@localhost>';

  /** Where mails are written as .eml files when there is no server. */
  @IsString()
  MAIL_DIR = '.data/mail';

  /** Where the app's pages are: links in mails begin with it. */
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'APP_URL must be an http:// or https:// address' },
  )
  APP_URL = 'http://localhost:3000';

  /** Where the gateway is for clients: links to unsubscribe from digests begin with it. Empty: it is where the app's pages are. */
  @Matches(/^(https?:\/\/[^/?#]+)?$/, { message: 'PUBLIC_URL must be an origin, or empty' })
  PUBLIC_URL = '';

  /** Milliseconds between two looks for email digests that are due; without SMTP_URL there are none. */
  @IsNumber(100, 3_600_000)
  DIGEST_POLL_MS = 60_000;

  /** Exports of one's data. */
  @IsNumber(1, 1_000_000)
  EXPORT_TRIES = 5;

  /** Where the notification service is: all of its instances. It holds what users have been told. */
  @IsInstances()
  NOTIFICATION_SERVICE_URL: string[] = ['http://127.0.0.1:3003'];
  /** The first admin of a system that has none: all three, or none of them. */
  @IfGiven()
  @IsEmail({}, { message: 'ADMIN_EMAIL must be an email address' })
  ADMIN_EMAIL = '';

  @IfGiven()
  @Matches(/^[\p{L}\p{N}._-]{3,50}$/u, {
    message: 'ADMIN_USERNAME must be 3 to 50 letters, digits, dots, dashes or underscores',
  })
  ADMIN_USERNAME = '';

  @IfGiven()
  @Length(8, 128, { message: 'ADMIN_PASSWORD must have 8 to 128 characters' })
  ADMIN_PASSWORD = '';

  /** How often each thing may be tried at once, and in the long run in each window. */
  get tries() {
    const lenient = !this.isProduction;
    const signUps = this.SIGN_UP_ADDRESS_TRIES || (lenient ? 10_000 : 50);
    return {
      'login-name': this.LOGIN_ACCOUNT_TRIES,
      'login-session': this.LOGIN_ACCOUNT_TRIES,
      'login-address': this.LOGIN_ADDRESS_TRIES || (lenient ? 1_000 : 50),
      'register-address': signUps,
      'forgotten-address': signUps,
      'forgotten-mail': this.MAIL_ACCOUNT_TRIES,
      'verification-mail': this.MAIL_ACCOUNT_TRIES,
      'second-factor': this.SECOND_FACTOR_TRIES,
      'password-proof': this.SECOND_FACTOR_TRIES,
      export: this.EXPORT_TRIES,
      'contact-request': this.CONTACT_REQUEST_TRIES,
    };
  }
}

/** Throws ConfigError with one line that names the wrong setting. */
export function loadUserConfig(env: NodeJS.ProcessEnv = process.env): UserConfig {
  const config = refuseUnsafeProduction(loadConfig(UserConfig, env), [
    'JWT_ACCESS_SECRET',
    'JWT_REFRESH_SECRET',
    'SECRETS_KEY',
  ]);
  if (config.OIDC_ISSUER !== '' && config.OIDC_CLIENT_ID === '')
    throw new ConfigError('OIDC_CLIENT_ID is missing; OIDC_ISSUER needs it.');
  if (config.isProduction && config.OIDC_ISSUER.startsWith('http:'))
    throw new ConfigError('OIDC_ISSUER begins with http:; production needs https:.');
  checkFirstAdmin(config);
  return config;
}
