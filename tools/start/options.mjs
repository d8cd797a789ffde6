import { parseArgs } from 'node:util';
import { Failure, messageOf } from '../lib/failure.mjs';
import { parseInstances } from '../lib/service-ports.mjs';

export const HELP = `Usage: npm start [-- options]

Runs the whole system on this machine: installs the packages, finds or starts PostgreSQL, MongoDB and RabbitMQ,
builds, applies the migrations, starts the four services, makes two demo accounts, and says where everything is.
Ctrl-C stops it.

Options
  --instances <list>  more processes of a service, such as chat=2 or chat=2,notification=2,user=2,gateway=2
  --fresh             start over: removes the data of earlier runs first
  --pretty, --json    how to write the log; by default text on a terminal, one JSON object a line elsewhere
  --help              this text

Settings, from the environment or from .env
  POSTGRES_URL, MONGODB_URI, RABBITMQ_URL
                      servers of your own. Those not set are started with Docker if its engine runs, else as
                      processes of this machine, on loopback and free ports.
  API_GATEWAY_PORT, USER_SERVICE_PORT, CHAT_SERVICE_PORT, NOTIFICATION_SERVICE_PORT
                      3000, 3001, 3002, 3003 unless set
  MONGOD_BINARY       a mongod to use instead of the bundled one
  All other settings of the services: .env.example.

Data live in .data/start and survive restarts.
`;

/** @param {string[]} args */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        instances: { type: 'string', multiple: true, default: [] },
        fresh: { type: 'boolean', default: false },
        pretty: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new Failure(messageOf(error), '`npm start -- --help` lists the options.', { cause: error });
  }
  /** @type {'text' | 'json' | undefined} */
  const format = values.json ? 'json' : values.pretty ? 'text' : undefined;
  return {
    help: values.help,
    fresh: values.fresh,
    format,
    instances: parseInstances(values.instances.join(',')),
  };
}
