import { EXCHANGE, type IntegrationEvent } from '../../core/contract';
import { asJson, keyed, type JsonObject } from '../json';
import type { SchemaBook } from '../schemas';

type AnyEvent = IntegrationEvent<never>;

const idOf = ({ name }: AnyEvent) => `bus.${name}`;

/** One channel for each routing key of the exchange. */
export const busChannels = (events: readonly AnyEvent[]): Record<string, JsonObject> =>
  keyed([...events], idOf, (event) => ({
    address: event.name,
    title: `Routing key ${event.name}`,
    summary: event.summary,
    description: `A persistent, confirmed message on the topic exchange \`${EXCHANGE}\`. It may come more than once: \`id\` says which.
A consumer has a quorum queue \`<consumer>.${event.name}\` and, for what it cannot handle, \`<consumer>.${event.name}.dlq\`.`,
    servers: [{ $ref: '#/servers/bus' }],
    messages: { [idOf(event)]: { $ref: `#/components/messages/${idOf(event)}` } },
    tags: [{ name: 'rabbitmq' }],
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { name: EXCHANGE, type: 'topic', durable: true, autoDelete: false, vhost: '/' },
        bindingVersion: '0.3.0',
      },
    },
  }));

export const busOperations = (events: readonly AnyEvent[]): Record<string, JsonObject> =>
  keyed([...events], idOf, (event) => ({
    action: 'send',
    title: event.name,
    summary: event.summary,
    channel: { $ref: `#/channels/${idOf(event)}` },
    messages: [{ $ref: `#/channels/${idOf(event)}/messages/${idOf(event)}` }],
    tags: [{ name: 'rabbitmq' }],
    bindings: { amqp: { deliveryMode: 2, mandatory: true, ack: true, bindingVersion: '0.3.0' } },
  }));

export const busMessages = (book: SchemaBook, events: readonly AnyEvent[]): Record<string, JsonObject> =>
  keyed([...events], idOf, (event) => ({
    name: event.name,
    title: `${event.name}, version ${event.version}`,
    summary: event.summary,
    contentType: 'application/json',
    payload: envelope(book, event),
    examples: [
      {
        name: event.name,
        payload: {
          id: '0192f0c1-7a5e-7cc4-a3a1-5d1c5b9e2f10',
          type: event.name,
          v: event.version,
          at: '2026-01-01T00:00:00.000Z',
          traceId: '7c1f3e0a-52f5-4d62-9a58-2b0f3d1d9b11',
          key: '6650f0b1a4b1c2d3e4f50601',
          data: asJson(event.example),
        },
      },
    ],
  }));

const envelope = (book: SchemaBook, event: AnyEvent): JsonObject => ({
  type: 'object',
  required: ['id', 'type', 'v', 'at', 'traceId', 'key', 'data'],
  properties: {
    id: { type: 'string', description: 'The same for every delivery of the same event.' },
    type: { type: 'string', enum: [event.name] },
    v: { type: 'integer', enum: [event.version] },
    at: { type: 'string', format: 'date-time', description: 'When it happened.' },
    traceId: { type: 'string', description: 'The request that caused it.' },
    key: { type: 'string', description: 'Events of the same key are in order.' },
    data: book.ref(event.payload),
  },
});
