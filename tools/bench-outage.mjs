#!/usr/bin/env node
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runOutage } from '../bench/outage/outage.mjs';
import { broken, describe } from '../bench/outage/report.mjs';
import { endChildren } from './lib/children.mjs';
import { ROOT } from './lib/environment.mjs';
import { Failure } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { onInterrupt } from './lib/interrupt.mjs';
import { Output } from './lib/output.mjs';
import { Progress } from './lib/progress.mjs';
import { report as reportFailure } from './lib/run-tool.mjs';

const HELP = `npm run bench:outage -- [options]

Starts a fresh system with stores of its own, lets people send at a steady rate, kills the broker, starts it again after a
while, and measures: the acks meanwhile, and how long after its return everything is published and notified. Then it kills the
broker and a notification service in turns, and compares in the end, message by message, who had to be notified with who was.
Exit code 1: a send failed, or a notification is missing, doubled or wrong.

  --seconds <n>        how long the broker is away (default 60)
  --rate <n>           sends a second, by all together (default 100)
  --people <n>         who are connected and send (default 48)
  --group <n>          members of each conversation; each message notifies one less (default 16)
  --kills <n>          rounds of kill -9 afterwards, to the broker and then to a notification service (default 10)
  --chat <n>           chat-service instances (default 1)
  --notification <n>   notification-service instances (default 2)
  --json <file>        where the figures go (default bench/results/outage-<time>.json)
  --help
`;

const DEFAULTS = { seconds: 60, rate: 100, people: 48, group: 16, kills: 10, chat: 1, notification: 2 };

function readOptions() {
  const numbers = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: String(value) }]),
  );
  const { values } = parseArgs({
    options: { ...numbers, json: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const options = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, count(name, values[name])]));
  if (options.group < 2 || options.people % options.group !== 0)
    throw new Failure(
      `${options.people} people do not make groups of ${options.group}.`,
      'Give a --people that is a multiple of --group, which is at least 2.',
    );
  return { options, json: values.json, help: values.help };
}

function count(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && (value > 0 || name === 'kills')) return value;
  throw new Failure(`--${name} is "${text}".`, 'Give a whole number above 0.');
}

async function main() {
  const { options, json, help } = readOptions();
  if (help) return void process.stdout.write(HELP);
  await ensureInstalled();
  onInterrupt(() => void endChildren(10_000).then(() => process.exit(130)));
  const progress = new Progress();
  const report = await runOutage(options, (text) => progress.show(`${text} …`)).finally(() => progress.end());
  process.stdout.write(`${describe(report)}\n`);
  const name = `outage-${report.machine.at.replaceAll(':', '-')}.json`;
  const file = path.resolve(json ?? path.join(ROOT, 'bench/results', name));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  process.stderr.write(`Written to ${path.relative(process.cwd(), file)}\n`);
  process.exitCode = broken(report).length > 0 ? 1 : 0;
}

main().catch(async (error) => {
  await endChildren(10_000);
  reportFailure(new Output({ stream: process.stderr }), error);
  process.exit(1);
});
