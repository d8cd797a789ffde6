import { IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import {
  BaseConfig,
  DEVELOPMENT_SECRET,
  IsList,
  IsNumber,
  IsPort,
  refuseUnsafeProduction,
} from './base.config';
import { ConfigError, loadConfig } from './config';

class TestConfig extends BaseConfig {
  @IsPort()
  TEST_PORT = 3000;

  @IsNumber(10, 20)
  TEST_TTL = 15;

  @IsString()
  TEST_NAME = 'default';

  @IsList()
  TEST_URLS: string[] = ['http://localhost'];
}

const SECRET = 'x'.repeat(32);

describe('the config of a process', () => {
  it('has its defaults when the environment says nothing, or nothing but emptiness', () => {
    const expected = { TEST_PORT: 3000, TEST_TTL: 15, TEST_NAME: 'default', TEST_URLS: ['http://localhost'] };
    expect(loadConfig(TestConfig, {})).toMatchObject(expected);
    expect(loadConfig(TestConfig, { TEST_PORT: '', TEST_TTL: '', TEST_URLS: '' })).toMatchObject(expected);
  });

  it('has the kinds that it declares, and nothing that it does not', () => {
    const config = loadConfig(TestConfig, {
      TEST_PORT: '8080',
      TEST_TTL: '20',
      TEST_URLS: ' http://a , http://b ,',
      PATH: '/bin',
    });
    expect(config).toBeInstanceOf(TestConfig);
    expect(config).toMatchObject({ TEST_PORT: 8080, TEST_TTL: 20, TEST_URLS: ['http://a', 'http://b'] });
    expect(config).not.toHaveProperty('PATH');
  });

  it.each([
    ['TEST_PORT', 'eighty', 'a port number'],
    ['TEST_PORT', '0', 'TEST_PORT'],
    ['TEST_PORT', '65536', 'TEST_PORT'],
    ['TEST_PORT', '80.5', 'a port number'],
    ['TEST_TTL', '9', 'a whole number from 10 to 20'],
    ['TEST_TTL', '21', 'a whole number from 10 to 20'],
    ['TEST_TTL', '15s', 'a whole number from 10 to 20'],
    ['NODE_ENV', 'prod', 'production'],
    ['LOG_LEVEL', 'loud', 'warn'],
    ['TRUST_PROXY', 'true', 'a whole number from 0 to 10'],
  ])('refuses %s=%s in one line that names it and says what was expected', (name, value, expected) => {
    const load = () => loadConfig(TestConfig, { [name]: value });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(name);
    expect(load).toThrow(expected);
    expect(load).not.toThrow(/\n/);
  });

  it('names all that is wrong at once', () => {
    const load = () => loadConfig(TestConfig, { TEST_PORT: 'x', TEST_TTL: 'y' });
    expect(load).toThrow(/TEST_PORT.*TEST_TTL|TEST_TTL.*TEST_PORT/);
  });
});

describe('in production', () => {
  const load = (env: NodeJS.ProcessEnv) =>
    refuseUnsafeProduction(
      loadConfig(TestConfig, {
        NODE_ENV: 'production',
        JWT_ACCESS_SECRET: SECRET,
        ALLOWED_ORIGINS: 'https://chat.example.com',
        ...env,
      }),
      ['JWT_ACCESS_SECRET'],
    );

  it('a config that is safe is taken', () => {
    expect(load({}).isProduction).toBe(true);
  });

  it.each([
    [
      'the default secret',
      { JWT_ACCESS_SECRET: DEVELOPMENT_SECRET },
      'JWT_ACCESS_SECRET has the default value',
    ],
    ['no secret', { JWT_ACCESS_SECRET: undefined }, 'JWT_ACCESS_SECRET has the default value'],
    [
      'a secret of 31 bytes',
      { JWT_ACCESS_SECRET: 'x'.repeat(31) },
      'JWT_ACCESS_SECRET is shorter than 32 bytes',
    ],
    ['any origin', { ALLOWED_ORIGINS: '*' }, 'ALLOWED_ORIGINS'],
    ['any origin among others', { ALLOWED_ORIGINS: 'https://a.example.com, *' }, 'ALLOWED_ORIGINS'],
    ['no origins', { ALLOWED_ORIGINS: undefined }, 'ALLOWED_ORIGINS'],
  ])('%s is refused', (_what, env, message) => {
    expect(() => load(env)).toThrow(ConfigError);
    expect(() => load(env)).toThrow(message);
  });

  it('the same is fine elsewhere', () => {
    expect(load({ NODE_ENV: 'development', JWT_ACCESS_SECRET: 'short', ALLOWED_ORIGINS: '*' })).toBeDefined();
  });
});
