import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsString, IsUrl, Matches, Max, Min } from 'class-validator';
import { ALGORITHMS, type Algorithm } from '../auth/token-keys';
import { ConfigError } from './config';

/** Known to everybody who reads the repository, therefore refused in production. */
export const DEVELOPMENT_SECRET = 'development-only-secret-change-me-please';

export const IsPort = (): PropertyDecorator => (target, key) => {
  Type(() => Number)(target, key);
  IsInt({ message: '$property must be a port number' })(target, key);
  Min(1)(target, key);
  Max(65_535)(target, key);
};

export const IsNumber =
  (min: number, max: number): PropertyDecorator =>
  (target, key) => {
    Type(() => Number)(target, key);
    IsInt({ message: `$property must be a whole number from ${min} to ${max}` })(target, key);
    Min(min, { message: `$property must be a whole number from ${min} to ${max}` })(target, key);
    Max(max, { message: `$property must be a whole number from ${min} to ${max}` })(target, key);
  };

/** `true` or `false`. */
export const IsFlag = (): PropertyDecorator => (target, key) => {
  const words = new Map<unknown, boolean>([
    ['true', true],
    ['false', false],
  ]);
  Transform(({ value }: { value: unknown }) => words.get(value) ?? value)(target, key);
  IsBoolean({ message: '$property must be true or false' })(target, key);
};

/** A comma-separated list. */
export const IsList = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== '')
      : value,
  );

/** The addresses of all instances of one service. */
export const IsInstances = (): PropertyDecorator => (target, key) => {
  IsList()(target, key);
  IsUrl(
    { protocols: ['http'], require_protocol: true, require_tld: false },
    { each: true, message: '$property must be http:// addresses, separated by commas' },
  )(target, key);
};

/** The settings that every process has. */
export class BaseConfig {
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /** Name of this process among its siblings; empty: `<service>-<port>`. */
  @IsString()
  INSTANCE_ID = '';

  /** Signs access tokens with HS256, and, whatever those are signed with, the tokens between services. */
  @IsString()
  JWT_ACCESS_SECRET = DEVELOPMENT_SECRET;

  /** What access tokens are signed with. With EdDSA and RS256 only the user service can sign: it alone has the private keys. */
  @IsIn(ALGORITHMS)
  JWT_ALG: Algorithm = 'HS256';

  /** `iss` of every token, and the only one that is accepted. */
  @Matches(/^\S{1,200}$/, { message: 'JWT_ISSUER must be a name or a URL' })
  JWT_ISSUER = 'chat-backend';

  /** `aud` of every access token, and the only one that is accepted. */
  @Matches(/^\S{1,200}$/, { message: 'JWT_AUDIENCE must be a name or a URL' })
  JWT_AUDIENCE = 'chat-backend';

  /** Where the user service is: all of its instances. */
  @IsInstances()
  USER_SERVICE_URL: string[] = ['http://127.0.0.1:3001'];

  /** Browser origins that may call us; `*` means any, which production refuses. */
  @IsList()
  ALLOWED_ORIGINS: string[] = ['*'];

  /** Hops of trusted proxies in front of this process; 0 believes nobody's X-Forwarded-For. */
  @IsNumber(0, 10)
  TRUST_PROXY = 0;

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }
}

/** What a development machine may have and production must not. `secrets` are the names of the app's secret settings. */
export function refuseUnsafeProduction<T extends BaseConfig>(config: T, secrets: (keyof T & string)[]): T {
  if (!config.isProduction) return config;
  for (const name of secrets) {
    const value = String(config[name]);
    if (value === DEVELOPMENT_SECRET)
      throw new ConfigError(`${name} has the default value; production needs its own.`);
    if (Buffer.byteLength(value) < 32)
      throw new ConfigError(`${name} is shorter than 32 bytes; production needs more.`);
  }
  if (config.ALLOWED_ORIGINS.includes('*')) {
    throw new ConfigError('ALLOWED_ORIGINS is "*"; production needs the list of origins that may call.');
  }
  return config;
}
