import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { integrationEvents, namespaces, routes } from '../registry';
import { buildAsyncApi } from './asyncapi/asyncapi';
import type { JsonObject } from './json';
import { buildOpenApi } from './openapi/openapi';

interface Shown {
  /** JSON pointer of the schema within its document. */
  pointer: string;
  example: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Everything in a document that has a schema and shows an example of it. */
function shownIn(node: unknown, pointer = ''): Shown[] {
  if (!isObject(node)) return [];
  const { schema, example, payload, examples } = node;
  const own: Shown[] = [
    ...(isObject(schema) && example !== undefined ? [{ pointer: `${pointer}/schema`, example }] : []),
    ...(isObject(payload) && Array.isArray(examples)
      ? (examples as { payload: unknown }[]).map((each) => ({
          pointer: `${pointer}/payload`,
          example: each.payload,
        }))
      : []),
  ];
  return [
    ...own,
    ...Object.entries(node).flatMap(([key, value]) => shownIn(value, `${pointer}/${escaped(key)}`)),
  ];
}

const plain = (document: JsonObject): unknown => JSON.parse(JSON.stringify(document));

/** Judges examples of a document by its schemas alone, as a stranger's tool would do it. */
function judgeOf(document: unknown) {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'spec', ...(document as object) }, undefined, undefined, false);
  return ({ pointer, example }: Shown) => {
    ajv.validate({ $ref: `spec#${encodeURI(pointer)}` }, example);
    return ajv.errors ?? [];
  };
}

describe('the examples of openapi.yml fit their schemas', () => {
  const document = plain(buildOpenApi(routes));
  const judge = judgeOf(document);

  it.each(shownIn(document))('$pointer', (shown) => {
    expect(judge(shown)).toEqual([]);
  });
});

describe('the examples of asyncapi.yml fit their schemas', () => {
  const document = plain(buildAsyncApi(namespaces, integrationEvents));
  const judge = judgeOf(document);

  it.each(shownIn(document))('$pointer', (shown) => {
    expect(judge(shown)).toEqual([]);
  });

  it.each([
    ['chat.client.message.send', { conversationId: 'nope' }, 'pattern'],
    [
      'chat.client.message.send',
      { conversationId: '6650f0b1a4b1c2d3e4f50601', sender_id: 7 },
      'additionalProperties',
    ],
    ['chat.client.conversation.create', { participantIds: ['1'] }, 'type'],
    ['chat.client.conversation.create', { participantIds: [0] }, 'minimum'],
    ['chat.client.typing', { conversationId: '6650f0b1a4b1c2d3e4f50601' }, 'required'],
    ['chat.server.message.deleted', { messageId: null }, 'required'],
  ])('a wrong %s is wrong by the schema too: %j', (id, example, keyword) => {
    expect(judge({ pointer: `/components/messages/${id}/payload`, example })).toMatchObject([{ keyword }]);
  });
});
