#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { runNotified } from '../bench/notified/notified.mjs';
import { broken, describe } from '../bench/notified/report.mjs';
import { count, runMeasurement } from './lib/measurement.mjs';

const HELP = `npm run bench:notified -- [options]

Starts a fresh system with stores of its own. One person says something in a group, whose other members each have a device in
/notifications, through the gateway: how long it takes from the send until each device is told. Exit code 1: somebody was not
told, or twice.

  --recipients <list>  how many others, one group for each (default 1,100,1000)
  --messages <n>       messages in each group, after five that do not count (default 50)
  --pause <ms>         milliseconds between two messages (default 200)
  --notification <n>   notification-service instances (default 1)
  --json <file>        where the figures go (default bench/results/notified-<time>.json)
  --help
`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      recipients: { type: 'string', default: '1,100,1000' },
      messages: { type: 'string', default: '50' },
      pause: { type: 'string', default: '200' },
      notification: { type: 'string', default: '1' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const options = {
    recipients: values.recipients.split(',').map((each) => count('recipients', each)),
    messages: count('messages', values.messages),
    pause: count('pause', values.pause, true),
    notification: count('notification', values.notification),
  };
  return { options, json: values.json, help: values.help };
}

runMeasurement({ name: 'notified', help: HELP, readOptions, run: runNotified, describe, broken });
