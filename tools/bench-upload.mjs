#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { describe, runUpload } from '../bench/upload/upload.mjs';
import { count, runMeasurement } from './lib/measurement.mjs';

const HELP = `npm run bench:upload -- [options]

Starts a fresh system and uploads files: through the gateway, straight to the chat service, and, as a yardstick in the same run,
into a bare server that pipes what comes into a file, with and without waiting for the disk. Then photos, which are made anew.
Tells megabytes and photos a second, and the most memory that the processes held. An upload that is refused ends the run.

  --files <n>       files each way (default 100)
  --megabytes <n>   size of each, at most 10 (default 8)
  --parallel <n>    at a time (default 4)
  --photos <n>      photos (default 40)
  --json <file>     where the figures go (default bench/results/upload-<time>.json)
  --help
`;

const DEFAULTS = { files: 100, megabytes: 8, parallel: 4, photos: 40 };

function readOptions() {
  const numbers = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: String(value) }]),
  );
  const { values } = parseArgs({
    options: { ...numbers, json: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const options = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, count(name, values[name])]));
  return { options, json: values.json, help: values.help };
}

runMeasurement({
  name: 'upload',
  help: HELP,
  readOptions,
  run: runUpload,
  describe,
  broken: () => [],
});
