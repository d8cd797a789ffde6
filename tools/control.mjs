#!/usr/bin/env node
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openPlace } from './chaos/place.mjs';
import { openNaive } from './control/naive-place.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { endChildren } from './lib/children.mjs';
import { ROOT } from './lib/environment.mjs';
import { Failure } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { onInterrupt } from './lib/interrupt.mjs';
import { Output } from './lib/output.mjs';
import { Progress } from './lib/progress.mjs';
import { report as reportFailure } from './lib/run-tool.mjs';
import { table } from './lib/table.mjs';

const HELP = `npm run control -- [trials] [options]

Puts designs that are often met, and this system, through the same: the control groups of npm run chaos (docs/delivery.md).
Each runs on real stores of its own, with clients that repeat what was not answered. About two minutes a trial. Exit code 1:
this system has lost, doubled or disordered something; what the naive ones do is only shown.

  --only <naive|real>  one of the two
  --json               the figures as JSON on the standard output
  --help

Trials (default all):
`;

const SIDES = ['naive', 'real'];
const INSTANCES = { gateway: 2, chat: 3, notification: 1, user: 1 };

async function loadTrials() {
  await ensureInstalled();
  await ensureBuilt();
  const require = createRequire(import.meta.url);
  require('reflect-metadata');
  return require(path.join(ROOT, 'dist/libs/testing/src/control/main.js')).TRIALS;
}

function read(trials, { values, positionals }) {
  const names = positionals.length > 0 ? positionals : Object.keys(trials);
  const unknown = names.find((name) => !(name in trials));
  if (unknown !== undefined)
    throw new Failure(`There is no trial ${unknown}.`, `The trials are ${Object.keys(trials).join(', ')}.`);
  if (values.only !== undefined && !SIDES.includes(values.only))
    throw new Failure(`--only is "${values.only}".`, `Give one of ${SIDES.join(', ')}.`);
  return { names, sides: SIDES.filter((side) => values.only === undefined || side === values.only) };
}

async function take(trial, side, progress) {
  const say = (text) => progress.show(`${side === 'naive' ? 'the naive design' : 'this system'}: ${text}`);
  say('starting the stores and the services');
  const listeners = { onEnd: () => {}, onLine: () => {} };
  const place =
    side === 'naive'
      ? await openNaive(trial.designs)
      : { ...(await openPlace({ instances: INSTANCES, without: '' }, listeners)), isNaive: false };
  try {
    return await trial.run(place, say);
  } finally {
    say('stopping');
    await place.close();
  }
}

function describe({ title, naive }, results) {
  const [first] = Object.values(results);
  const rows = Object.keys(first).map((name) => [
    name,
    ...Object.values(results).map((figures) => figures[name]),
  ]);
  const heading = ['', ...Object.keys(results).map((side) => (side === 'naive' ? 'naive' : 'this system'))];
  return `${title}\nNaive: ${naive}\n\n${table([heading, ...rows])}\n`;
}

async function main() {
  const args = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const trials = await loadTrials();
  if (args.values.help) {
    const list = Object.entries(trials).map(
      ([name, { title, naive }]) => `  ${name.padEnd(18)}${title}\n${' '.repeat(20)}${naive}\n`,
    );
    return void process.stdout.write(`${HELP}${list.join('')}`);
  }
  const { names, sides } = read(trials, args);
  onInterrupt(() => void endChildren(10_000).then(() => process.exit(130)));
  const report = {};
  for (const name of names) {
    const results = {};
    for (const side of sides) {
      const progress = new Progress();
      results[side] = await take(trials[name], side, progress).finally(() => progress.end());
    }
    report[name] = results;
    if (!args.values.json) process.stdout.write(`${describe(trials[name], results)}\n`);
    if (trials[name].broken.some((figure) => results.real?.[figure] > 0)) process.exitCode = 1;
  }
  if (args.values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
}

main().catch(async (error) => {
  await endChildren(10_000);
  reportFailure(new Output({ stream: process.stderr }), error);
  process.exit(1);
});
