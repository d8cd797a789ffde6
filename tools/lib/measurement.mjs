import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { endChildren } from './children.mjs';
import { ROOT } from './environment.mjs';
import { Failure } from './failure.mjs';
import { ensureInstalled } from './install.mjs';
import { onInterrupt } from './interrupt.mjs';
import { Output } from './output.mjs';
import { Progress } from './progress.mjs';
import { report as reportFailure } from './run-tool.mjs';

/**
 * A tool that starts a system, measures it and writes what it found into a file. Exit code 1: something promised did not hold.
 * @template O, R
 * @param {{
 *   name: string, help: string,
 *   readOptions: () => { options: O, json: string | undefined, help: boolean },
 *   run: (options: O, say: (text: string) => void) => Promise<R & { machine: { at: string } }>,
 *   describe: (report: R) => string, broken: (report: R) => unknown[],
 * }} tool
 */
export function runMeasurement(tool) {
  measure(tool).catch(async (error) => {
    await endChildren(10_000);
    reportFailure(new Output({ stream: process.stderr }), error);
    process.exit(1);
  });
}

async function measure({ name, help: text, readOptions, run, describe, broken }) {
  const { options, json, help } = readOptions();
  if (help) return void process.stdout.write(text);
  await ensureInstalled();
  onInterrupt(() => void endChildren(10_000).then(() => process.exit(130)));
  const progress = new Progress();
  const report = await run(options, (what) => progress.show(`${what} …`)).finally(() => progress.end());
  process.stdout.write(`${describe(report)}\n`);
  const at = report.machine.at.replaceAll(':', '-');
  const file = path.resolve(json ?? path.join(ROOT, 'bench/results', `${name}-${at}.json`));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  process.stderr.write(`Written to ${path.relative(process.cwd(), file)}\n`);
  process.exitCode = broken(report).length > 0 ? 1 : 0;
}

/**
 * A whole number of the command line.
 * @param {string} name of the option
 * @param {string} text
 * @param {boolean} [mayBeNone] 0 will do
 */
export function count(name, text, mayBeNone = false) {
  const value = Number(text);
  if (Number.isInteger(value) && (value > 0 || (mayBeNone && value === 0))) return value;
  throw new Failure(`--${name} is "${text}".`, `Give a whole number${mayBeNone ? '' : ' above 0'}.`);
}
