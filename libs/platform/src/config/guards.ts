import { ConfigError } from './config-error';

/** What keeps a promise, and can be taken out of a process under test, one at a time, to see that a check turns red. */
export const GUARDS = [
  'unique-client-id',
  'journal',
  'serial-lane',
  'conversation-lane',
  'gap-repair',
  'inbox',
  'confirm',
] as const;
export type Guard = (typeof GUARDS)[number];

const SETTING = 'CHAOS_WITHOUT';

/** False only in a test that wants to know what happens without it (docs/delivery.md). */
export function isGuarded(guard: Guard, env: NodeJS.ProcessEnv = process.env): boolean {
  return env['NODE_ENV'] !== 'test' || env[SETTING] !== guard;
}

/** Refuses a process that somebody believes to be without a guard, and one that must not be. */
export function refuseWithoutGuard(env: NodeJS.ProcessEnv): void {
  const without = env[SETTING] ?? '';
  if (without === '') return;
  if (env['NODE_ENV'] !== 'test')
    throw new ConfigError(`${SETTING} is "${without}"; only tests (NODE_ENV=test) may take a guard out.`);
  if (!GUARDS.some((guard) => guard === without))
    throw new ConfigError(`${SETTING} is "${without}"; the guards are ${GUARDS.join(', ')}.`);
}
