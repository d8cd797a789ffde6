#!/usr/bin/env node
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openPlace } from './chaos/place.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { endChildren } from './lib/children.mjs';
import { DATA, ROOT } from './lib/environment.mjs';
import { Failure } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { onInterrupt } from './lib/interrupt.mjs';
import { Output } from './lib/output.mjs';
import { report as reportFailure } from './lib/run-tool.mjs';

const HELP = `npm run chaos -- [options]

Starts a whole system of real processes (2 gateways, 3 chat, 2 notification and 2 user services, PostgreSQL, MongoDB and
RabbitMQ of its own), lets people use it while it is killed, stopped and cut off, writes down all that they do and hear, and
checks in the end that nothing was lost, doubled, disordered, or told to the wrong people (C1 to C9; docs/delivery.md).
The seed decides who does what and which fault comes when. Exit code 1: something was broken.

  --seed <n>          default: another one each time; it is printed
  --minutes <n>       how long people use it (default 2; 0.5 is half a minute)
  --faults <list>     kinds, or the part before the colon of several (default all); none: without faults
  --overlap <n>       how many faults there may be at once (default 1, from five minutes on 2)
  --people <n>        default 12
  --groups <n>        default 5
  --rate <n>          things that are done a second, by all together (default 25)
  --without <guard>   takes one guard out of the services, to see that the checks miss it (docs/delivery.md)
  --keep <file>       where the history goes (default .data/chaos/<seed>.jsonl)
  --json              the report as JSON on the standard output; progress goes to the other one
  --help

Kinds of faults:
`;

const INSTANCES = { gateway: 2, chat: 3, notification: 2, user: 2 };
const LARGEST_SEED = 1_000_000;
const REDRAW_MS = 250;
/** From then on faults overlap, unless it is said otherwise. */
const LONG_RUN_MS = 300_000;

function readOptions() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Math.floor(Math.random() * LARGEST_SEED)) },
      minutes: { type: 'string', default: '2' },
      faults: { type: 'string', default: '' },
      overlap: { type: 'string' },
      people: { type: 'string', default: '12' },
      groups: { type: 'string', default: '5' },
      rate: { type: 'string', default: '25' },
      without: { type: 'string', default: '' },
      keep: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return values;
}

function number(name, text, least) {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  throw new Failure(`--${name} is "${text}".`, `Give a number from ${least} upwards.`);
}

async function loadBuild() {
  await ensureInstalled();
  await ensureBuilt();
  const require = createRequire(import.meta.url);
  require('reflect-metadata');
  return require(path.join(ROOT, 'dist/libs/testing/src/chaos/main.js'));
}

function kindsOf({ parseFaults, FAULT_KINDS }, text) {
  if (text === 'none') return [];
  const kinds = text === '' ? FAULT_KINDS : parseFaults(text);
  if (kinds) return kinds;
  throw new Failure(`--faults does not understand "${text}".`, `The kinds are ${FAULT_KINDS.join(', ')}.`);
}

function guardOf({ GUARDS }, name) {
  if (name === '' || GUARDS.includes(name)) return name;
  throw new Failure(`--without does not know "${name}".`, `The guards are ${GUARDS.join(', ')}.`);
}

/** One line that is written over on a terminal; elsewhere one line every few seconds, and one for each step. */
function progressLine(stream) {
  let last = 0;
  let step = '';
  const pause = stream.isTTY ? REDRAW_MS : 5_000;
  return {
    show(text) {
      const isNext = step !== (step = text.replaceAll(/\d+/g, ''));
      if (!isNext && Date.now() - last < pause) return;
      last = Date.now();
      stream.write(stream.isTTY ? `\r\u001b[2K${text} …` : `${text} …\n`);
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}

/** What was asked for, without what makes no difference to the run. */
function optionsForRow() {
  return process.argv.slice(2).filter((word, index, all) => {
    const isAbout = (name) => word === name || word.startsWith(`${name}=`);
    return !isAbout('--json') && !isAbout('--keep') && all[index - 1] !== '--keep';
  });
}

async function main() {
  const values = readOptions();
  const chaos = await loadBuild();
  if (values.help) {
    process.stdout.write(
      `${HELP}  ${chaos.FAULT_KINDS.join('\n  ')}\n\nGuards:\n  ${chaos.GUARDS.join('\n  ')}\n`,
    );
    return;
  }
  const ms = number('minutes', values.minutes, 0.1) * 60_000;
  const options = {
    seed: number('seed', values.seed, 0),
    ms,
    overlap: Math.floor(number('overlap', values.overlap ?? (ms < LONG_RUN_MS ? 1 : 2), 1)),
    people: number('people', values.people, 3),
    groups: number('groups', values.groups, 1),
    rate: number('rate', values.rate, 1),
    kinds: kindsOf(chaos, values.faults),
    file: path.resolve(values.keep ?? path.join(DATA, 'chaos', `${values.seed}.jsonl`)),
  };
  const without = guardOf(chaos, values.without);
  await mkdir(path.dirname(options.file), { recursive: true });
  process.stderr.write(`Seed ${options.seed}${without && `, without ${without}`}\n`);
  const line = progressLine(process.stderr);
  onInterrupt(() => void endChildren(10_000).then(() => process.exit(130)));
  const report = await chaos.runChaos(options, {
    open: (listeners) =>
      openPlace(
        {
          instances: INSTANCES,
          without,
          network: new chaos.Network(),
          ends: chaos.pathEndsOf(options.kinds),
        },
        listeners,
      ),
    progress: line.show,
  });
  line.end();
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${chaos.describe(report)}\n`);
  const about = { options: optionsForRow(), date: new Date().toISOString().slice(0, 10), load: loadavg()[1] };
  process.stderr.write(`\nFor the table in docs/delivery.md:\n${chaos.tableRow(report, about)}\n\n`);
  process.stderr.write(`The history is in ${path.relative(process.cwd(), options.file)}\n`);
  process.exitCode = report.violations.length > 0 ? 1 : 0;
}

main().catch(async (error) => {
  await endChildren(10_000);
  reportFailure(new Output({ stream: process.stderr }), error);
  process.exit(1);
});
