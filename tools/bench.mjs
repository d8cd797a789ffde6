#!/usr/bin/env node
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runBench } from '../bench/run/bench.mjs';
import { WORKLOADS } from '../bench/run/workloads.mjs';
import { ROOT } from './lib/environment.mjs';
import { Failure, messageOf } from './lib/failure.mjs';

const HELP = `npm run bench -- [options]

Starts a fresh system (own stores, production settings), a load generator in a process of its own and a bare
Socket.IO server as the yardstick, runs the workloads, prints a table and writes JSON to bench/results/.
See bench/README.md for what the workloads are and what the generator does.

  --only <names>      comma-separated: ${Object.keys(WORKLOADS).join(', ')}, or a prefix such as w2
  --direct            also load the chat service directly, without the gateway
  --seconds <n>       length of each measurement (default 10)
  --idle <n>          sockets of the ramp (default 2000)
  --chat <n>          chat-service instances (default 1)
  --no-yardstick      without the bare server; there are no ratios then
  --json <file>       where the JSON goes (default bench/results/<time>.json)
  --help
`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      direct: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '10' },
      idle: { type: 'string', default: '2000' },
      chat: { type: 'string', default: '1' },
      'no-yardstick': { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const wanted = values.only.split(',').filter((name) => name !== '');
  const names = Object.keys(WORKLOADS).filter(
    (name) => wanted.length === 0 || wanted.some((want) => name.startsWith(want)),
  );
  if (names.length === 0)
    throw new Failure(
      `There is no workload ${values.only}.`,
      `Choose among ${Object.keys(WORKLOADS).join(', ')}.`,
    );
  return {
    ...values,
    names,
    yardstick: !values['no-yardstick'],
    seconds: positive('seconds', values.seconds),
    idle: positive('idle', values.idle),
    chat: positive('chat', values.chat),
  };
}

function positive(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Failure(`--${name} is "${text}".`, 'Give a whole number above 0.');
}

const say = (text) => process.stderr.write(`${text}\n`);

async function main() {
  const options = readOptions();
  if (options.help) return void process.stdout.write(HELP);
  const report = await runBench(options, { say, print: (text) => process.stdout.write(`${text}\n`) });
  const file = path.resolve(
    options.json ?? path.join(ROOT, 'bench/results', `${report.machine.at.replaceAll(':', '-')}.json`),
  );
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
