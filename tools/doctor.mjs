#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { asJson, asText } from './doctor/report.mjs';
import { examine, remaining } from './doctor/run.mjs';
import { openStores, requireSettings } from './doctor/stores.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { loadEnvironment } from './lib/environment.mjs';
import { Failure } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { Output } from './lib/output.mjs';
import { Progress } from './lib/progress.mjs';
import { report } from './lib/run-tool.mjs';

const HELP = `npm run doctor [-- options]      looks whether what is stored keeps what is promised

Reads the three databases, while the system runs or not, and says what is wrong: numbers of messages and changes with holes or
doubles, documents and memberships that are not what the log says, unread numbers that do not add up, events that have not
gone out (and why), notifications of nothing, a search that lags, missing indexes, pending migrations. What is wrong only for
a moment does not count: it looks twice.

  --repair              writes what follows from the log over what does not, creates missing indexes, gives to the services
                        what is theirs to do, and looks again. Never touches messages
  --older-than <s>      what is younger may still be on its way (default 60)
  --json
  --help

POSTGRES_URL, MONGODB_URI (or CHAT_DB_URL and NOTIFICATION_DB_URL) and RABBITMQ_URL name the stores, in the environment or in
.env. Exit code: 0 healthy, 1 violations, 2 could not look.
`;

async function main() {
  const values = parse();
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const olderThanMs = secondsOf(values['older-than']) * 1_000;
  const environment = await loadEnvironment();
  requireSettings(environment);
  await ensureInstalled();
  await ensureBuilt();
  const { stores, away, close } = await openStores(environment);
  const progress = new Progress();
  try {
    const { results, failed } = await examine({
      stores,
      environment,
      olderThanMs,
      repair: values.repair,
      progress: (text) => progress.show(text),
    });
    progress.end();
    const unseen = [...away, ...failed];
    process.stdout.write(`${values.json ? asJson(results, unseen) : asText(results, unseen)}\n`);
    if (unseen.length > 0) return 2;
    return remaining(results) === 0 ? 0 : 1;
  } finally {
    progress.end();
    await close();
  }
}

function parse() {
  try {
    return parseArgs({
      options: {
        repair: { type: 'boolean', default: false },
        'older-than': { type: 'string', default: '60' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new Failure(error.message, 'npm run doctor -- --help says what there is.', { cause: error });
  }
}

function secondsOf(text) {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Failure(`--older-than must be a number of seconds, not ${text}.`, 'For example: --older-than 10');
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    report(new Output({ stream: process.stderr, format: 'text' }), error);
    process.exitCode = 2;
  },
);
