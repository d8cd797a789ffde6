import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BaseConfig } from '@app/platform';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(__dirname, '..');

/** `#NAME=default`: how a setting stands in .env.example. */
const LINE = /^#?([A-Z][A-Z0-9_]*)=(.*)$/;

interface Setting {
  app: string;
  name: string;
  value: string;
}

const documented = readFileSync(join(ROOT, '.env.example'), 'utf8')
  .split('\n')
  .map((line) => LINE.exec(line))
  .filter((match) => match !== null)
  .map(([, name = '', value = '']) => ({ name, value }));

const apps = readdirSync(join(ROOT, 'apps')).filter((app) =>
  existsSync(join(ROOT, 'apps', app, 'src/config.ts')),
);

/** The settings of an app with their defaults, read from the typed config that it exports. */
async function settingsOf(app: string): Promise<Setting[]> {
  const exported = (await import(join(ROOT, 'apps', app, 'src/config.ts'))) as Record<string, unknown>;
  const types = Object.values(exported).filter(
    (value): value is new () => BaseConfig =>
      typeof value === 'function' && value.prototype instanceof BaseConfig,
  );
  const [Config] = types;
  if (Config === undefined || types.length > 1)
    throw new Error(`${app}/src/config.ts must export one config class`);
  return Object.entries(new Config()).map(([name, value]) => ({ app, name, value: String(value) }));
}

describe('.env.example', () => {
  let settings: Setting[];
  const names = (list: { name: string }[]) => [...new Set(list.map(({ name }) => name))].sort();

  beforeAll(async () => {
    settings = (await Promise.all(apps.map(settingsOf))).flat();
  });

  it('is compared with the configs of all apps', () => {
    expect(apps).toEqual(['api-gateway', 'chat-service', 'notification-service', 'user-service']);
  });

  it('has every setting of every app, and none that no app reads', () => {
    expect(names(documented)).toEqual(names(settings));
  });

  it('has every setting once', () => {
    expect(documented.map(({ name }) => name).sort()).toEqual(names(documented));
  });

  it('shows the defaults of the code; a setting of several apps has one default', () => {
    const shown = new Map(documented.map(({ name, value }) => [name, value]));
    const different = settings
      .filter(({ name, value }) => shown.get(name) !== value)
      .map(({ app, name, value }) => `${name}: ${shown.get(name) ?? 'nothing'} here, ${value} in ${app}`);
    expect(different).toEqual([]);
  });

  it('sets nothing by itself, so that a copy changes nothing', () => {
    const lines = readFileSync(join(ROOT, '.env.example'), 'utf8').split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});
