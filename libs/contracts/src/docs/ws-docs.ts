import type { Namespace } from '../core/contract';
import { ERRORS } from '../core/errors';
import { ABOUT } from './about';
import { howToConnect, howToSpeakPlainly } from './asyncapi/sockets';
import { JSON_SCHEMA } from './dialect';
import { envelopeSchemas, ERROR_CODES, successExample, successSchema } from './envelopes';
import { asJson, keyed, sorted, type JsonObject } from './json';
import { SchemaBook } from './schemas';

/**
 * One namespace for programs and curious people: `{ namespace, url, path, connect, auth, events: { client, server }, errors,
 * schemas }`. Schemas are JSON Schema; `$ref` points into `schemas` of the same document.
 */
export function buildWsDocs(namespace: Namespace): JsonObject {
  const book = new SchemaBook(JSON_SCHEMA, new Set(namespace.client.map(({ payload }) => payload)));
  const byName = <T extends { name: string }>(events: T[], describe: (event: T) => JsonObject) =>
    Object.values(keyed(events, ({ name }) => name, describe));
  const client = byName(namespace.client, ({ name, summary, payload, ack, example }) => ({
    name,
    summary,
    payload: book.ref(payload),
    ack: successSchema(book, ack),
    example: { payload: asJson(example.payload), ack: successExample(ack, example.ack) },
  }));
  const server = byName(namespace.server, ({ name, summary, volatile, payload, example }) => ({
    name,
    summary,
    ...(volatile && { volatile }),
    payload: book.ref(payload),
    example: asJson(example),
  }));
  return {
    namespace: namespace.name,
    summary: namespace.summary,
    url: `${ABOUT.origin}${namespace.name}`,
    path: namespace.path,
    connect: howToConnect(namespace),
    ...(namespace.plainPath !== undefined && { plain: howToSpeakPlainly(namespace.plainPath) }),
    auth: 'The access token of POST /auth/login in auth.token, the Authorization header or the query parameter `token`.',
    events: { client, server },
    errors: ERROR_CODES.map((code) => ({ code, ...ERRORS[code] })),
    schemas: sorted({ ...envelopeSchemas(JSON_SCHEMA), ...book.all() }),
  };
}
