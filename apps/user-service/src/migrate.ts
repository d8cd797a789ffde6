import 'reflect-metadata';
import { ConfigError, loadConfig } from '@app/platform';
import { UserConfig } from './config';
import { migrate, migrations } from './database/migrator';

const HELP = `Usage: node migrate.js run|revert|show

Changes the schema of the user service's database (POSTGRES_URL).

  run      apply what is pending; creates the database when it does not exist
  revert   take back the last applied migration
  show     list all migrations: [x] applied, [ ] pending

Safe to start several times at once: they take turns.`;

const print = (stream: NodeJS.WritableStream, text: string) => stream.write(`${text}\n`);

const isCommand = (name: string): name is keyof typeof migrations => Object.hasOwn(migrations, name);

/** The exit code. */
async function main(name = ''): Promise<number> {
  if (['--help', '-h', 'help'].includes(name)) {
    print(process.stdout, HELP);
    return 0;
  }
  if (!isCommand(name)) {
    print(process.stderr, HELP);
    return 1;
  }
  // Only the database's address is needed here: a job that migrates in production gets no secrets.
  const { POSTGRES_URL } = loadConfig(UserConfig);
  for (const line of await migrate(POSTGRES_URL, name)) print(process.stdout, line);
  return 0;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return `migrate: ${reason}. Is POSTGRES_URL right, and is the server up?`;
}

main(process.argv[2]).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    print(process.stderr, explain(error));
    process.exitCode = 1;
  },
);
