#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { brokenIn, describeAttempts, runAttempts } from '../bench/upload/attempt.mjs';
import { describe, runUpload } from '../bench/upload/upload.mjs';
import { Failure } from './lib/failure.mjs';
import { count, runMeasurement } from './lib/measurement.mjs';

const HELP = `npm run bench:upload -- [options]

Starts a fresh system and uploads files: through the gateway, straight to the chat service, and, as a yardstick in the same run,
into a bare server that pipes what comes into a file, with and without waiting for the disk. Then photos, which are made anew.
Tells megabytes and photos a second, and the most memory that the processes held. An upload that is refused ends the run.

  --files <n>       files each way (default 100)
  --megabytes <n>   size of each, at most 10 (default 8)
  --parallel <n>    at a time (default 4)
  --photos <n>      photos (default 40)
  --attempt-gib <n> instead of all that: uploads of so many GiB, at most 3, made while they are sent. Refused by their length, refused when
                    the limit is crossed, and stored and read back by a second system with a higher limit; each with the most
                    memory that the gateway and the chat service held meanwhile. Exit code 1: an answer was not as expected, or
                    memory grew by more than an eighth of it. Needs as much room on the disk.
  --json <file>     where the figures go (default bench/results/upload-<time>.json)
  --help
`;

/** MAX_VIDEO_SIZE cannot be higher than 4 GiB. */
const MOST_GIB = 3;
const DEFAULTS = { files: 100, megabytes: 8, parallel: 4, photos: 40 };

const TEXTS = { json: { type: 'string' }, 'attempt-gib': { type: 'string', default: '0' } };

function readOptions() {
  const numbers = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: String(value) }]),
  );
  const { values } = parseArgs({
    options: { ...numbers, ...TEXTS, help: { type: 'boolean', short: 'h', default: false } },
  });
  const options = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, count(name, values[name])]));
  const attempt = count('attempt-gib', values['attempt-gib'], true);
  if (attempt > MOST_GIB)
    throw new Failure(`--attempt-gib is "${attempt}".`, `Give a whole number up to ${MOST_GIB}.`);
  return { options: { ...options, attempt }, json: values.json, help: values.help };
}

runMeasurement({
  name: 'upload',
  help: HELP,
  readOptions,
  run: (options, say) => (options.attempt > 0 ? runAttempts : runUpload)(options, say),
  describe: (report) => (report.attempts ? describeAttempts : describe)(report),
  broken: (report) => (report.attempts ? brokenIn(report) : []),
});
