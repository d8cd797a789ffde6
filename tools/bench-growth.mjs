#!/usr/bin/env node
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runGrowth, tableOf } from '../bench/run/growth.mjs';
import { ROOT } from './lib/environment.mjs';
import { Failure, messageOf } from './lib/failure.mjs';

const HELP = `npm run bench:growth -- [options]

Starts a fresh system, fills conversations of 10, 1,000 and 100,000 messages and 2, 100 and 1,000 members, and measures
send, pages of the history, the list of conversations and unread counts in each: medians in milliseconds.

  --json <file>       where the JSON goes (default bench/results/growth-<time>.json)
  --help
`;

const say = (text) => process.stderr.write(`${text}\n`);

async function main() {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return void process.stdout.write(HELP);
  const report = await runGrowth({ say });
  process.stdout.write(`${tableOf(report)}\n`);
  const name = `growth-${report.machine.at.replaceAll(':', '-')}.json`;
  const file = path.resolve(values.json ?? path.join(ROOT, 'bench/results', name));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  if (report.complaints.length > 0)
    say(`The services complained ${report.complaints.length} times; first: ${report.complaints[0]}`);
  say(`Written to ${path.relative(process.cwd(), file)}`);
}

main().catch((error) => {
  process.stderr.write(`${messageOf(error)}\n${error instanceof Failure ? `${error.advice}\n` : ''}`);
  process.exitCode = 1;
});
