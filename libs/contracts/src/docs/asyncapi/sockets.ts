import type { ClientEvent, Namespace, ServerEvent } from '../../core/contract';
import { ABOUT } from '../about';
import { successExample, successSchema } from '../envelopes';
import { asJson, keyed, type JsonObject } from '../json';
import type { SchemaBook } from '../schemas';

type AnyClientEvent = ClientEvent<never>;
type AnyServerEvent = ServerEvent<never>;

export const channelId = ({ name }: Namespace) => name.slice(1);
const dotted = (name: string) => name.replaceAll(':', '.');
const inNamespace = (namespace: Namespace, kind: 'client' | 'ack' | 'server', { name }: { name: string }) =>
  `${channelId(namespace)}.${kind}.${dotted(name)}`;

/** How a client opens the namespace with the stock library. */
export const howToConnect = ({ name, path }: Namespace): string =>
  `io('${ABOUT.origin}${name}', { ${path === '/socket.io' ? '' : `path: '${path}', `}auth: { token: accessToken } })`;

/** How a client without the library speaks. */
export const howToSpeakPlainly = (path: string): string =>
  `Without Socket.IO: a WebSocket at \`${path}?token=<access token>\` with JSON in text frames. The client sends
\`{ "event", "data", "id"? }\`; the answer to one with an \`id\` (a number or text) is \`{ "id", "ok", "data" | "error", "page"? }\`, and
server events come as \`{ "event", "data" }\`. Without a valid token an \`error\` event comes and the connection closes with the code 4401,
as it does when the token or its session ends. 1003: a binary frame; 1009: one that is too large; 1012 and 1013: connect again.`;

/** A namespace as a channel: all that may be said in it, acks included. */
export function channel(namespace: Namespace): JsonObject {
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
parameter \`token\`. Without a valid one the answer is \`connect_error\` with the message \`AUTH_INVALID\`.

A client that does not read what it is sent first misses the volatile events; when too much waits for it, an \`error\` event with the
code \`SLOW_CONSUMER\` is the last thing it gets, and the connection is closed: connect again and fetch what was missed.${
      namespace.plainPath === undefined ? '' : `\n\n${howToSpeakPlainly(namespace.plainPath)}`
    }`,
    servers: [
      { $ref: '#/servers/gateway' },
      ...(namespace.plainPath === undefined ? [] : [{ $ref: '#/servers/plain' }]),
    ],
    messages: keyed(
      ids,
      (id) => id,
      (id) => ({ $ref: `#/components/messages/${id}` }),
    ),
    tags: [{ name: 'socket.io' }],
  };
}

/** The messages of a namespace by id, `<namespace>.<client | ack | server>.<event>`. */
export function messagesOf(book: SchemaBook, namespace: Namespace): JsonObject {
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
    ...(event.volatile && { description: 'Volatile: a client that reads too slowly is not sent it.' }),
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

/** What the server does in a namespace: it receives client events and replies with their acks, and sends its own. */
export function operations(namespace: Namespace): JsonObject {
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
