#!/usr/bin/env node
import { ensureInstalled } from './lib/install.mjs';
import { Output } from './lib/output.mjs';
import { report } from './lib/run-tool.mjs';

const HELP = `Usage: node tools/install.mjs

Runs \`npm ci\` unless node_modules holds what package-lock.json asks for.
`;

if (process.argv.includes('--help')) {
  process.stdout.write(HELP);
} else {
  const output = new Output();
  try {
    await output.step('packages', ensureInstalled);
  } catch (error) {
    report(output, error);
    process.exitCode = 1;
  }
}
