import type { IntegrationEvent, Namespace } from '../../core/contract';
import { ABOUT } from '../about';
import { ASYNC_API } from '../dialect';
import { envelopeSchemas, errorList, failureExample } from '../envelopes';
import { keyed, sorted, type JsonObject } from '../json';
import { SchemaBook } from '../schemas';
import { busChannels, busMessages, busOperations } from './bus';
import { channel, channelId, messagesOf, operations } from './sockets';

const DESCRIPTION = `Socket.IO behind the gateway, and the bus between the services. The application that this document
describes is the server: it *receives* client events and *sends* server events.

Every client event is acked, whatever happens: \`{ "ok": true, "data": … }\` (a page of a list has
\`"page": { "next" }\` beside it) or \`{ "ok": false, "error": { code, message, details?, retryAfterMs?, requestId } }\`.
An event that was sent without an ack callback reports its failure through \`error\`.

Error codes:

${errorList()}
`;

/** The Socket.IO events and the events on the bus as an AsyncAPI 3.0 document. */
export function buildAsyncApi(
  namespaces: readonly Namespace[],
  integrationEvents: readonly IntegrationEvent<never>[],
): JsonObject {
  const inputs = namespaces.flatMap(({ client }) => client.map(({ payload }) => payload));
  const book = new SchemaBook(ASYNC_API, new Set(inputs));
  const messages = {
    ...Object.assign({}, ...namespaces.map((namespace) => messagesOf(book, namespace))),
  } as JsonObject;
  return {
    asyncapi: '3.0.0',
    info: {
      title: `${ABOUT.title}: events`,
      version: ABOUT.version,
      description: DESCRIPTION,
      license: ABOUT.license,
      tags: [{ name: 'socket.io' }, { name: 'rabbitmq' }],
    },
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: sorted({
      ...keyed([...namespaces], channelId, channel),
      ...busChannels(integrationEvents),
    }),
    operations: sorted({
      ...(Object.assign({}, ...namespaces.map(operations)) as JsonObject),
      ...busOperations(integrationEvents),
    }),
    components: {
      messages: sorted({ ...messages, ...busMessages(book, integrationEvents), failure: FAILURE }),
      schemas: sorted({ ...envelopeSchemas(ASYNC_API), ...book.all() }),
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The access token of `POST /auth/login`, in `auth.token`, the header or the query.',
        },
        brokerAccount: { type: 'userPassword', description: 'Services only; clients never see the bus.' },
      },
    },
  };
}

const SERVERS: JsonObject = {
  bus: {
    host: 'localhost:5672',
    protocol: 'amqp',
    title: 'RabbitMQ',
    description: 'Between the services.',
    security: [{ $ref: '#/components/securitySchemes/brokerAccount' }],
  },
  gateway: {
    host: ABOUT.host,
    protocol: 'ws',
    title: 'The gateway',
    description: 'Socket.IO 4: long polling and upgrade, or websocket at once.',
    security: [{ $ref: '#/components/securitySchemes/accessToken' }],
  },
  plain: {
    host: ABOUT.host,
    pathname: '/ws',
    protocol: 'ws',
    title: 'The gateway, without Socket.IO',
    description: 'JSON in text frames: the channel says how.',
    security: [{ $ref: '#/components/securitySchemes/accessToken' }],
  },
};

const FAILURE: JsonObject = {
  name: 'ack',
  title: 'The ack of an event that failed',
  contentType: 'application/json',
  payload: { $ref: '#/components/schemas/Failure' },
  examples: [{ name: 'BAD_REQUEST', payload: failureExample('BAD_REQUEST') }],
};
