#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { loadEnvironment } from './lib/environment.mjs';
import { Failure, messageOf } from './lib/failure.mjs';
import { autoTest } from './socket/auto.mjs';
import { repl } from './socket/repl.mjs';

const HELP = `npm run test:socket                   two new people exchange a message over a running system
npm run test:socket:interactive       a chat on the terminal

  --url <origin>        the gateway (default GATEWAY_URL, or http://localhost:3000)
  --user <name>         interactive: sign in as (username or email); asked for when missing
  --password <text>     interactive: asked for when missing
  --auto                the test instead of the chat
  --help
`;

async function main() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      user: { type: 'string' },
      password: { type: 'string' },
      auto: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const environment = await loadEnvironment();
  const port = environment.API_GATEWAY_PORT ?? '3000';
  const origin = (values.url ?? environment.GATEWAY_URL ?? `http://localhost:${port}`).replace(/\/$/, '');
  await (values.auto ? autoTest(origin, console.log) : repl(origin, values, console.log));
}

main().catch((error) => {
  process.stderr.write(`${messageOf(error)}\n${error instanceof Failure ? `${error.advice}\n` : ''}`);
  process.exitCode = 1;
});
