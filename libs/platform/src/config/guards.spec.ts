import { describe, expect, it } from 'vitest';
import { BaseConfig } from './base.config';
import { ConfigError, loadConfig } from './config';
import { GUARDS, isGuarded } from './guards';

describe('a guard', () => {
  it.each(GUARDS)('%s is out where a test takes it out, the others stay', (guard) => {
    const env = { NODE_ENV: 'test', CHAOS_WITHOUT: guard };
    expect(GUARDS.filter((each) => !isGuarded(each, env))).toEqual([guard]);
    expect(loadConfig(BaseConfig, env)).toBeInstanceOf(BaseConfig);
  });

  it.each(['production', 'development', undefined])(
    'is in force when NODE_ENV is %s, whatever is set',
    (NODE_ENV) => {
      const env = { NODE_ENV, CHAOS_WITHOUT: 'inbox' };
      expect(isGuarded('inbox', env)).toBe(true);
      expect(() => loadConfig(BaseConfig, env)).toThrow(ConfigError);
      expect(() => loadConfig(BaseConfig, env)).toThrow(/CHAOS_WITHOUT is "inbox"; only tests/);
    },
  );

  it('that does not exist is refused: a run without it would prove nothing', () => {
    expect(() => loadConfig(BaseConfig, { NODE_ENV: 'test', CHAOS_WITHOUT: 'luck' })).toThrow(
      `the guards are ${GUARDS.join(', ')}`,
    );
  });
});
