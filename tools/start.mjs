#!/usr/bin/env node
import { Failure, messageOf } from './lib/failure.mjs';
import { Output } from './lib/output.mjs';
import { HELP, readOptions } from './start/options.mjs';
import { bringUp } from './start/run.mjs';
import { Shutdown } from './start/shutdown.mjs';

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(HELP);
  const output = new Output({ format: options.format });
  const shutdown = new Shutdown(output);
  try {
    await bringUp(options, output, shutdown);
  } catch (error) {
    // Stopping makes what is being started fail: no news.
    if (shutdown.hasBegun) return;
    report(output, error);
    await shutdown.now(1);
  }
}

function report(output, error) {
  if (error instanceof Failure) output.failure(error.message, error.advice);
  else output.failure(error?.stack ?? messageOf(error), 'This is not foreseen: please report it with the lines above.');
}

main().catch((error) => {
  report(new Output(), error);
  process.exitCode = 1;
});
