#!/usr/bin/env node
import { Output } from './lib/output.mjs';
import { report, runTool } from './lib/run-tool.mjs';
import { HELP, readOptions } from './start/options.mjs';
import { bringUp } from './start/run.mjs';

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const output = new Output({ format: options.format });
  await runTool(output, (shutdown) => bringUp(options, output, shutdown));
}

main().catch((error) => {
  report(new Output(), error);
  process.exitCode = 1;
});
