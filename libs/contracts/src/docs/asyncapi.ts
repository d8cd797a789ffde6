import type { ClientEvent, IntegrationEvent, Namespace, ServerEvent } from '../core/contract';
import { ABOUT } from './about';
import { busChannels, busMessages, busOperations } from './asyncapi-bus';
import { ASYNC_API } from './dialect';
import { envelopeSchemas, errorList, failureExample, successExample, successSchema } from './envelopes';
import { asJson, keyed, sorted, type JsonObject } from './json';
import { SchemaBook } from './schemas';

type AnyClientEvent = ClientEvent<never>;
type AnyServerEvent = ServerEvent<never>;

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
};

const FAILURE: JsonObject = {
  name: 'ack',
  title: 'The ack of an event that failed',
  contentType: 'application/json',
  payload: { $ref: '#/components/schemas/Failure' },
  examples: [{ name: 'BAD_REQUEST', payload: failureExample('BAD_REQUEST') }],
};

const channelId = ({ name }: Namespace) => name.slice(1);
const dotted = (name: string) => name.replaceAll(':', '.');
const inNamespace = (namespace: Namespace, kind: 'client' | 'ack' | 'server', { name }: { name: string }) =>
  `${channelId(namespace)}.${kind}.${dotted(name)}`;

/** How a client opens the namespace with the stock library. */
export const howToConnect = ({ name, path }: Namespace): string =>
  `io('${ABOUT.origin}${name}', { ${path === '/socket.io' ? '' : `path: '${path}', `}auth: { token: accessToken } })`;

function channel(namespace: Namespace): JsonObject {
  const ids = [
    ...namespace.client.flatMap((event) => [
      inNamespace(namespace, 'client', event),
      inNamespace(namespace, 'ack', event),
    ]),
    ...namespace.server.map((event) => inNamespace(namespace, 'server', event)),
    'failure',
  ];
  return {
    address: namespace.name,
    title: `Socket.IO namespace ${namespace.name}`,
    summary: namespace.summary,
    description: `Connect with \`${howToConnect(namespace)}\`; the endpoint's path is \`${namespace.path}\`.
The token, with or without \`Bearer \`, stands in \`auth.token\`, in the \`Authorization\` header or in the query
parameter \`token\`. Without a valid one the answer is \`connect_error\` with the message \`AUTH_INVALID\`.`,
    servers: [{ $ref: '#/servers/gateway' }],
    messages: keyed(
      ids,
      (id) => id,
      (id) => ({ $ref: `#/components/messages/${id}` }),
    ),
    tags: [{ name: 'socket.io' }],
  };
}

function messagesOf(book: SchemaBook, namespace: Namespace): JsonObject {
  const ofClient = (event: AnyClientEvent): JsonObject => ({
    name: event.name,
    title: event.name,
    summary: event.summary,
    contentType: 'application/json',
    payload: book.ref(event.payload),
    examples: [{ name: event.name, payload: asJson(event.example.payload) }],
  });
  const ofAck = (event: AnyClientEvent): JsonObject => ({
    name: 'ack',
    title: `The ack of ${event.name}`,
    contentType: 'application/json',
    payload: successSchema(book, event.ack),
    examples: [{ name: event.name, payload: successExample(event.ack, event.example.ack) }],
  });
  const ofServer = (event: AnyServerEvent): JsonObject => ({
    name: event.name,
    title: event.name,
    summary: event.summary,
    contentType: 'application/json',
    payload: book.ref(event.payload),
    examples: [{ name: event.name, payload: asJson(event.example) }],
  });
  return {
    ...keyed(namespace.client, (event) => inNamespace(namespace, 'client', event), ofClient),
    ...keyed(namespace.client, (event) => inNamespace(namespace, 'ack', event), ofAck),
    ...keyed(namespace.server, (event) => inNamespace(namespace, 'server', event), ofServer),
  };
}

function operations(namespace: Namespace): JsonObject {
  const here = { $ref: `#/channels/${channelId(namespace)}` };
  const message = (id: string) => ({ $ref: `#/channels/${channelId(namespace)}/messages/${id}` });
  const receive = (event: AnyClientEvent): JsonObject => ({
    action: 'receive',
    title: event.name,
    summary: event.summary,
    channel: here,
    messages: [message(inNamespace(namespace, 'client', event))],
    reply: { channel: here, messages: [message(inNamespace(namespace, 'ack', event)), message('failure')] },
    tags: [{ name: 'socket.io' }],
  });
  const send = (event: AnyServerEvent): JsonObject => ({
    action: 'send',
    title: event.name,
    summary: event.summary,
    channel: here,
    messages: [message(inNamespace(namespace, 'server', event))],
    tags: [{ name: 'socket.io' }],
  });
  return {
    ...keyed(namespace.client, (event) => inNamespace(namespace, 'client', event), receive),
    ...keyed(namespace.server, (event) => inNamespace(namespace, 'server', event), send),
  };
}
