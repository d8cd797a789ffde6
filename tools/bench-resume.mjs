#!/usr/bin/env node
import path from 'node:path';
import { parseArgs } from 'node:util';
import { broken, describe } from '../bench/resume/report.mjs';
import { runResume } from '../bench/resume/resume.mjs';
import { Failure } from './lib/failure.mjs';
import { count, runMeasurement } from './lib/measurement.mjs';

const HELP = `npm run bench:resume -- [options]

Starts a fresh system with stores of its own and three chat instances. Clients leave the first, their conversations change
(messages, edits, deletions, reactions, written on the third), and they come back on the second, through its gateway, each
with its cursors by conversation:sync: in one round all at once, in the next spread over some seconds. In the end of each
round what every client holds is compared with the store. In the first round the second instance has never served anybody.
Exit code 1: a gap, a double, a wrong order, or a client that did not come back.

  --clients <n>        how many go away (default 500)
  --conversations <n>  conversations of each client (default 4)
  --group <n>          clients in each conversation; one more writes in it (default 5)
  --missed <n>         changes that each client misses, over all its conversations (default 100)
  --away <n>           seconds that they are away, at least (default 30)
  --spread <n>         seconds over which they come back in each second round; 0: no such rounds (default 5)
  --rounds <n>         how often both (default 2)
  --kill               the first instance is ended by kill -9 when they leave
  --profile <dir>      a CPU profile of the second instance for each time that they come back goes there
  --json <file>        where the figures go (default bench/results/resume-<time>.json)
  --help
`;

const DEFAULTS = { clients: 500, conversations: 4, group: 5, missed: 100, away: 30, spread: 5, rounds: 2 };

function readOptions() {
  const numbers = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: String(value) }]),
  );
  const { values } = parseArgs({
    options: {
      ...numbers,
      kill: { type: 'boolean', default: false },
      profile: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const counts = Object.fromEntries(
    Object.keys(DEFAULTS).map((name) => [name, count(name, values[name], name === 'spread')]),
  );
  if (counts.clients % counts.group !== 0)
    throw new Failure(
      `${counts.clients} clients do not make groups of ${counts.group}.`,
      'Give a --clients that is a multiple of --group.',
    );
  if (counts.conversations > 500)
    throw new Failure(
      `--conversations is ${counts.conversations}.`,
      'Give at most 500, which one sync may name.',
    );
  const profile = values.profile && path.resolve(values.profile);
  return {
    options: { ...counts, kill: values.kill, ...(profile && { profile }) },
    json: values.json,
    help: values.help,
  };
}

runMeasurement({ name: 'resume', help: HELP, readOptions, run: runResume, describe, broken });
