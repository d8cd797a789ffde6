import 'reflect-metadata';
import { ConfigError, loadConfig } from '@app/platform';
import { admins, Refusal } from './admins';
import { UserConfig } from './config';
import { createDataSource } from './data-source';
import { tokenSeconds } from './sessions/sessions.service';

const HELP = `Usage: npm run admin -- grant|revoke <email or username>
       npm run admin -- list

Says who is an admin, in the user service's database (POSTGRES_URL). The account has to exist.

  grant    make an account an admin; holds from its next request on
  revoke   take that back; all sessions of the account end. The last admin stays
  list     all admins: id, username, email, status

Each change stands in the security log.`;

const print = (stream: NodeJS.WritableStream, text: string) => stream.write(`${text}\n`);

const isCommand = (name: string): name is keyof typeof admins => Object.hasOwn(admins, name);

/** The exit code. */
async function main([name = '', ...rest]: string[]): Promise<number> {
  if (['--help', '-h', 'help'].some((word) => word === name || rest.includes(word))) {
    print(process.stdout, HELP);
    return 0;
  }
  const expected = name === 'list' ? 0 : 1;
  if (!isCommand(name) || rest.length !== expected) {
    print(process.stderr, HELP);
    return 1;
  }
  const config = loadConfig(UserConfig);
  const source = createDataSource({
    url: config.POSTGRES_URL,
    poolSize: 1,
    applicationName: 'user-service admin',
  });
  await source.initialize();
  try {
    for (const line of await admins[name](source, rest[0] ?? '', tokenSeconds(config))) {
      print(process.stdout, line);
    }
  } finally {
    await source.destroy();
  }
  return 0;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Refusal) return `admin: ${error.message}.`;
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return `admin: ${reason}. Is POSTGRES_URL right, is the server up, and are its tables migrated?`;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    print(process.stderr, explain(error));
    process.exitCode = 1;
  },
);
