#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { deadLetterQueues, depthOf, withBroker } from './dlq/broker.mjs';
import { peek } from './dlq/letters.mjs';
import { redrive } from './dlq/redrive.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { loadEnvironment } from './lib/environment.mjs';
import { Failure } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { Output } from './lib/output.mjs';
import { Progress } from './lib/progress.mjs';
import { report } from './lib/run-tool.mjs';
import { age, table } from './lib/table.mjs';

const HELP = `npm run dlq -- <command> [options]      events that no consumer could handle

  list                        the dead-letter queues: how many messages, how long the first one has been there, and why
  show <queue>                messages of one, first ones first: event, id, why and when it died, and what it is about, without
                              what people wrote; they stay where they are, in their order
  redrive <queue>             brings messages back to the queue of their consumer, in their order, with all their attempts

  --limit <n>                 so many messages at most (show: 20, redrive: all that are there when it starts)
  --id <id>                   redrive: only the message with this id
  --service <name>            list: queues of this service instead of all; may be repeated
  --help

<queue> is the consumer's (chat-service.user.deleted) or its dead letters' (chat-service.user.deleted.dlq).
RABBITMQ_URL names the broker, in the environment or in .env.

redrive takes a message out of the dead letters only when the broker has confirmed that the consumer's queue has it. If it
is killed in between, a message may be in both: consumers know by their natural keys what they have handled, so a second
redrive does no harm. Redrive after the cause is gone: what fails again comes back here by the same ladder of pauses.
`;

const SHOWN = 20;
/** Queues that are looked at together. */
const AT_ONCE = 10;
/** To see the first message, all are taken and come back; of more than these only the number is told. */
const LOOKED_THROUGH = 10_000;

async function main() {
  const { values, positionals } = parse();
  const [command, queue, ...rest] = positionals;
  if (values.help || command === 'help') return void process.stdout.write(HELP);
  const run = { list, show, redrive: bringBack }[command ?? ''];
  if (!run || rest.length > 0 || (command === 'list') !== (queue === undefined))
    throw new Failure('That is no command of this tool.', 'npm run dlq -- --help says what there is.');
  const { RABBITMQ_URL: url } = await loadEnvironment();
  if (!url)
    throw new Failure(
      'RABBITMQ_URL is not set: which broker?',
      'Set it in the environment or in .env. npm start and npm run infra print the one that they use.',
    );
  const limit = numberOf(values.limit);
  await ensureInstalled();
  await ensureBuilt();
  const services = command === 'list' ? values.service : [...values.service, serviceOf(queue)];
  await withBroker(url, (connection) => run(connection, { ...values, services, queue, limit }));
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        limit: { type: 'string' },
        id: { type: 'string' },
        service: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Failure(error.message, 'npm run dlq -- --help says what there is.', { cause: error });
  }
}

function numberOf(text) {
  if (text === undefined) return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Failure(`--limit must be a whole number from 1 on, not ${text}.`, 'For example: --limit 10');
}

const serviceOf = (queue) => queue.split('.')[0];

async function list(connection, { services }) {
  const rows = [];
  const progress = new Progress();
  const queues = deadLetterQueues(services);
  for (let at = 0; at < queues.length; at += AT_ONCE) {
    progress.show(`${at} of ${queues.length} queues looked at`);
    const found = await Promise.all(
      queues.slice(at, at + AT_ONCE).map(({ dead }) => rowOf(connection, dead)),
    );
    rows.push(...found.filter((row) => row !== null));
  }
  progress.end();
  if (rows.length === 0)
    throw new Failure(
      'There are no such queues in this broker.',
      'A service declares its queues when it starts. Is RABBITMQ_URL the broker that the services use?',
    );
  const total = rows.reduce((sum, [, depth]) => sum + depth, 0);
  process.stdout.write(`${table([['QUEUE', 'MESSAGES', 'FIRST', 'REASON OF THE FIRST'], ...rows])}\n`);
  process.stdout.write(`\n${total} dead letters in ${rows.length} queues\n`);
}

async function rowOf(connection, dead) {
  const depth = await depthOf(connection, dead);
  if (depth === null) return null;
  if (depth > LOOKED_THROUGH) return [dead, depth, 'not looked at', `npm run dlq -- show ${dead}`];
  const [first] = await peek(connection, dead, 1);
  return [dead, depth, first ? sinceOf(first) : '', first?.reason ?? ''];
}

function sinceOf({ diedAt, at }) {
  const since = diedAt ?? at;
  return since ? age(Date.now() - Date.parse(since)) : 'unknown';
}

async function show(connection, { services, queue, limit = SHOWN }) {
  const { dead } = find(services, queue);
  const depth = await depthOf(connection, dead);
  if (depth === null) throw unknownQueue(queue);
  const progress = new Progress();
  const onProgress = (count) => progress.show(`${count} of ${depth} looked through`);
  const letters = await peek(connection, dead, limit, onProgress).finally(() => progress.end());
  for (const { id, event, at, diedAt, reason, attempts, redriven, bytes, payload } of letters) {
    const times = attempts > 0 ? `, after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}` : '';
    const before = redriven > 0 ? `, redriven ${redriven} times before` : '';
    process.stdout.write(`${event || 'unknown event'}  ${id || 'without id'}
  died     ${diedAt ?? 'unknown when'}${times}${before}
  because  ${reason}
  of       ${at ?? 'unknown'}
  payload  ${bytes} bytes  ${payload}\n\n`);
  }
  process.stdout.write(`${letters.length} of ${depth} dead letters of ${dead}\n`);
}

async function bringBack(connection, { services, queue: named, limit = Infinity, id }) {
  const { queue, dead } = find(services, named);
  if ((await depthOf(connection, dead)) === null) throw unknownQueue(named);
  if ((await depthOf(connection, queue)) === null)
    throw new Failure(
      `There is no queue ${queue} to bring them back to.`,
      `Start ${serviceOf(queue)}: it declares its queues.`,
    );
  const progress = new Progress();
  const onProgress = (count) => progress.show(`${count} brought back`);
  const count = await redrive(connection, { queue, dead, limit, id, onProgress }).finally(() =>
    progress.end(),
  );
  if (id !== undefined && count === 0)
    throw new Failure(
      `No dead letter of ${dead} has the id ${id}.`,
      `npm run dlq -- show ${dead} lists them.`,
    );
  const left = await depthOf(connection, dead);
  process.stdout.write(`${count} brought back to ${queue}; ${left} left in ${dead}\n`);
}

function find(services, name) {
  const found = deadLetterQueues(services).find(({ queue, dead }) => name === queue || name === dead);
  if (!found) throw unknownQueue(name);
  return found;
}

const unknownQueue = (name) =>
  new Failure(
    `There are no dead letters of ${name}: no such queue.`,
    'npm run dlq -- list names those that there are.',
  );

main().catch((error) => {
  report(new Output({ stream: process.stderr, format: 'text' }), error);
  process.exitCode = 1;
});
