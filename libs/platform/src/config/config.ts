import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ConfigError } from './config-error';
import { refuseWithoutGuard } from './guards';

export { ConfigError };

/**
 * Reads one typed config from the environment. `type` is a class whose property names are the settings' names,
 * with defaults as initialisers and class-validator rules; numbers and booleans are converted by the type's decorators.
 * Throws ConfigError with one clear line per wrong setting.
 */
export function loadConfig<T extends object>(type: new () => T, env: NodeJS.ProcessEnv = process.env): T {
  refuseWithoutGuard(env);
  const known = Object.keys(new type());
  const given = Object.fromEntries(
    known.filter((key) => (env[key] ?? '') !== '').map((key) => [key, env[key]]),
  );
  const config = plainToInstance(type, given, { exposeDefaultValues: true });
  const problems = validateSync(config, { stopAtFirstError: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
  if (problems.length > 0) throw new ConfigError(`Bad settings: ${problems.join('; ')}. See .env.example.`);
  return config;
}
