#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { loadEnvironment } from './lib/environment.mjs';
import { Failure, messageOf } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';

const HELP = `npm run seed      sample people, contacts, conversations and messages in a running system

The same people, texts and order each time; what is there already stays as it is, so a second run changes nothing.
Everything goes the way of a client, through the gateway. For development only: refuses NODE_ENV=production, and
other machines unless told so, because everybody knows the password.

  --url <origin>    the gateway (default GATEWAY_URL, or http://localhost:3000)
  --remote          the gateway may be on another machine
  --help
`;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

async function main() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      remote: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const environment = await loadEnvironment();
  if (environment.NODE_ENV === 'production') {
    throw new Failure(
      'NODE_ENV is production: sample accounts with a password that everybody knows do not belong there.',
      'Unset NODE_ENV if this is not production.',
    );
  }
  const port = environment.API_GATEWAY_PORT ?? '3000';
  const origin = (values.url ?? environment.GATEWAY_URL ?? `http://localhost:${port}`).replace(/\/$/, '');
  if (!values.remote && !LOOPBACK.test(hostOf(origin))) {
    throw new Failure(
      `${origin} is another machine: sample accounts have a password that everybody knows.`,
      'Say --remote if that is what you want.',
    );
  }
  await ensureInstalled();
  const { seed } = await import('./seed/seed.mjs');
  await seed(origin, (line) => process.stdout.write(`${line}\n`));
}

function hostOf(origin) {
  try {
    return new URL(origin).hostname;
  } catch (error) {
    throw new Failure(`${origin} is no URL.`, 'For example: --url http://localhost:3000', { cause: error });
  }
}

main().catch((error) => {
  process.stderr.write(`${messageOf(error)}\n${error instanceof Failure ? `${error.advice}\n` : ''}`);
  process.exitCode = 1;
});
