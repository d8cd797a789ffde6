import type { Shape } from '../core/contract';
import { ERRORS, type ErrorCode } from '../core/errors';
import type { Dialect } from './dialect';
import { asJson, type Json, type JsonObject } from './json';
import type { SchemaBook } from './schemas';

export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** Schema of `{ ok: true, data, page? }` for an answer of the given shape. */
export function successSchema(book: SchemaBook, shape: Shape<unknown>): JsonObject {
  const item = shape.other ? { anyOf: [book.ref(shape.item), book.ref(shape.other)] } : book.ref(shape.item);
  const data = shape.many === 'one' ? item : { type: 'array', items: item };
  const paged = shape.many === 'page';
  return {
    type: 'object',
    required: paged ? ['ok', 'data', 'page'] : ['ok', 'data'],
    properties: {
      ok: { type: 'boolean', enum: [true] },
      data,
      ...(paged && { page: book.named('Page') }),
    },
  };
}

/** An answer with the example's data in it. */
export const successExample = (shape: Shape<unknown>, data: unknown): JsonObject => ({
  ok: true,
  data: asJson(data),
  ...(shape.many === 'page' && { page: { next: null } }),
});

/** The schemas that are no DTO classes because nobody sends them to us: the envelope of a failure, and a page's facts. */
export const envelopeSchemas = ({ orNull }: Dialect): Record<string, JsonObject> => ({
  Page: {
    type: 'object',
    required: ['next'],
    properties: {
      next: {
        ...orNull({ type: 'string' }),
        description: 'The cursor of the page that follows; null after the last.',
      },
      prev: {
        ...orNull({ type: 'string' }),
        description: 'Of a history: the cursor of the newer page; null when there is none yet.',
      },
      total: { type: 'integer', description: 'How many there are, where counting is cheap.' },
      more: { type: 'boolean', description: 'With a capped `total`: there are, or may be, more than that.' },
    },
  },
  Failure: {
    type: 'object',
    required: ['ok', 'error'],
    properties: {
      ok: { type: 'boolean', enum: [false] },
      error: {
        type: 'object',
        required: ['code', 'message', 'requestId'],
        properties: {
          code: {
            type: 'string',
            enum: ERROR_CODES as Json[],
            description: 'What went wrong, for programs.',
          },
          message: { type: 'string', description: 'What went wrong, for people.' },
          details: {
            type: 'array',
            description: 'One entry for each wrong field, with BAD_REQUEST.',
            items: {
              type: 'object',
              required: ['field', 'message'],
              properties: { field: { type: 'string' }, message: { type: 'string' } },
            },
          },
          retryAfterMs: { type: 'integer', description: 'Milliseconds to wait, with RATE_LIMITED.' },
          requestId: { type: 'string', description: 'Stands in our logs too.' },
        },
      },
    },
  },
});

/** What a client sees for an error of the table. */
export function failureExample(code: ErrorCode): JsonObject {
  const badField = { field: 'content', message: 'must be a string' };
  return {
    ok: false,
    error: {
      code,
      message: code === 'BAD_REQUEST' ? `${badField.field} ${badField.message}` : ERRORS[code].meaning,
      ...(code === 'BAD_REQUEST' && { details: [badField] }),
      ...(code === 'RATE_LIMITED' && { retryAfterMs: 1_000 }),
      requestId: '7c1f3e0a-52f5-4d62-9a58-2b0f3d1d9b11',
    },
  };
}

/** The error table as a Markdown list. */
export const errorList = (): string =>
  ERROR_CODES.map((code) => {
    const { status, retryable, meaning } = ERRORS[code];
    return `- \`${code}\` (${status}${retryable ? ', may be retried' : ''}): ${meaning}`;
  }).join('\n');
