#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { runComeback } from '../bench/comeback/comeback.mjs';
import { broken, describe } from '../bench/comeback/report.mjs';
import { Failure } from './lib/failure.mjs';
import { count, runMeasurement } from './lib/measurement.mjs';

const HELP = `npm run bench:comeback -- [options]

Starts a fresh system with stores of its own and a single chat instance. People talk in groups of four, through the gateway;
the chat instance is ended by kill -9 and started again a tenth of a second later, as npm start does. Measured is the time from the
kill until each of them has an answer again. In the end each client's history is compared with all answers.
Exit code 1: something was lost, doubled or out of order.

  --people <n>   a multiple of 4 (default 100)
  --rounds <n>   how often it is killed (default 10)
  --json <file>  where the figures go (default bench/results/comeback-<time>.json)
  --help
`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '10' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const people = count('people', values.people);
  if (people % 4 !== 0)
    throw new Failure(`${people} people do not make groups of 4.`, 'Give a multiple of 4.');
  return {
    options: { people, rounds: count('rounds', values.rounds) },
    json: values.json,
    help: values.help,
  };
}

runMeasurement({ name: 'comeback', help: HELP, readOptions, run: runComeback, describe, broken });
