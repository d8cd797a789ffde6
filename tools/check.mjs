#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** Everything about the source that a machine can judge; each step is also an npm script of its own. Longest first. */
const STEPS = [
  { script: 'lint', what: 'typed rules, no warnings, no file over 300 lines' },
  { script: 'typecheck', what: 'types' },
  { script: 'specs:check', what: 'openapi.yml and asyncapi.yml are valid and up to date' },
  { script: 'knip', what: 'no unused file, export or dependency' },
  { script: 'deps:check', what: 'dependency rules' },
  { script: 'format:check', what: 'layout' },
];

const HELP = `Usage: npm run check [-- <step> …]

Runs the checks of the source, a few at a time, and prints the output of those that fail.
Steps: ${STEPS.map(({ script }) => script).join(', ')} (each is an npm script of its own).
`;

const seconds = (since) => `${((performance.now() - since) / 1_000).toFixed(1)} s`;

/** Runs one step; resolves to true when it passed. Its output is shown only when it failed. */
function run({ script, what }) {
  const started = performance.now();
  const child = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      console.log(`${code === 0 ? '✔' : '✘'} ${script.padEnd(13)} ${seconds(started).padStart(7)}  ${what}`);
      if (code !== 0) console.log(`${Buffer.concat(output).toString().trimEnd()}\n`);
      resolve(code === 0);
    });
  });
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const unknown = positionals.filter((name) => !STEPS.some(({ script }) => script === name));
  if (unknown.length > 0) {
    process.stderr.write(`Unknown step: ${unknown.join(', ')}.\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }

  const started = performance.now();
  const waiting = STEPS.filter(({ script }) => positionals.length === 0 || positionals.includes(script));
  const failed = [];
  console.log(`Checking: ${waiting.map(({ script }) => script).join(', ')} …`);
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!(await run(step))) failed.push(step.script);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  if (failed.length > 0) {
    console.log(
      `Failed after ${seconds(started)}: ${failed.join(', ')}. One step alone: npm run ${failed[0]}`,
    );
    process.exitCode = 1;
  } else {
    console.log(`All checks passed in ${seconds(started)}.`);
  }
}

await main();
