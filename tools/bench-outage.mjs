#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { runOutage } from '../bench/outage/outage.mjs';
import { broken, describe } from '../bench/outage/report.mjs';
import { Failure } from './lib/failure.mjs';
import { count, runMeasurement } from './lib/measurement.mjs';

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
  const options = Object.fromEntries(
    Object.keys(DEFAULTS).map((name) => [name, count(name, values[name], name === 'kills')]),
  );
  if (options.group < 2 || options.people % options.group !== 0)
    throw new Failure(
      `${options.people} people do not make groups of ${options.group}.`,
      'Give a --people that is a multiple of --group, which is at least 2.',
    );
  return { options, json: values.json, help: values.help };
}

runMeasurement({ name: 'outage', help: HELP, readOptions, run: runOutage, describe, broken });
