import type { Class, Route } from '../../core/contract';
import { ERRORS, type ErrorCode } from '../../core/errors';
import { ERROR_CODES, failureExample, successExample, successSchema } from '../envelopes';
import { asJson, keyed, type Json, type JsonObject } from '../json';
import type { SchemaBook } from '../schemas';

export type AnyRoute = Route<never, never, never>;

/** What OpenAPI calls an operation: one route with its input, its answer and the errors that can occur. */
export function operation(book: SchemaBook, route: AnyRoute): JsonObject {
  const { tag, summary, access, roles, orSelf, status, body, example } = route;
  const isDownload = route.result.many === 'download';
  const parameters = [
    ...parametersOf(book, 'path', route.params),
    ...parametersOf(book, 'query', route.query),
  ];
  return {
    tags: [tag],
    operationId: operationId(route),
    summary,
    ...(roles && {
      description: `For ${roles.join(', ')}${orSelf === undefined ? '' : ', or the user themself'}.`,
    }),
    security: access === 'user' ? [{ accessToken: [] }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: json(book.ref(body), asJson(example.body)) },
    }),
    ...(route.files && { requestBody: { required: true, content: formOf(route.files) } }),
    responses: {
      ...(route.result.many === 'bytes' && PARTS),
      [status]: {
        description: 'Done.',
        ...(isDownload && { headers: ATTACHMENT }),
        content:
          route.result.many === 'bytes'
            ? BYTES
            : route.bare || isDownload
              ? json(book.ref(route.result.item), asJson(example.result))
              : json(successSchema(book, route.result), successExample(route.result, example.result)),
      },
      ...failures(book, route),
    },
  };
}

const BYTES: JsonObject = { '*/*': { schema: { type: 'string', format: 'binary' } } };

const PARTS: JsonObject = {
  206: { description: 'The part that `Range` asks for.', content: BYTES },
  302: { description: 'It is at another address for a short while.' },
  304: { description: 'It is what `If-None-Match` names.' },
  416: { description: 'There is no such part.' },
};

const formOf = ({ field, most }: NonNullable<AnyRoute['files']>): JsonObject => {
  const one: JsonObject = { type: 'string', format: 'binary' };
  const schema = most === 1 ? one : { type: 'array', items: one, minItems: 1, maxItems: most };
  return {
    'multipart/form-data': {
      schema: { type: 'object', required: [field], properties: { [field]: schema } },
    },
  };
};

const ATTACHMENT: JsonObject = {
  'Content-Disposition': {
    description: 'That it is a file, and its name.',
    schema: { type: 'string', example: 'attachment; filename="export.json"' },
  },
};

/** `POST /notifications/:id/read` → `postNotificationsIdRead`. */
const operationId = ({ method, path }: AnyRoute): string =>
  method.toLowerCase() +
  path.replace(/[^a-zA-Z0-9]+(\w?)/g, (_match, letter: string) => letter.toUpperCase());

const json = (schema: JsonObject, example: Json): JsonObject => ({
  'application/json': { schema, example },
});

const parametersOf = (book: SchemaBook, where: 'path' | 'query', type?: Class): JsonObject[] =>
  type ? book.fields(type).map(({ name, required, schema }) => ({ name, in: where, required, schema })) : [];

/** The errors that can occur on a route: what its parts tell, and what it says itself. */
export function errorsOf({
  access,
  roles,
  body,
  query,
  params,
  files,
  tag,
  errors = [],
}: AnyRoute): ErrorCode[] {
  if (tag === 'infra') return ['INTERNAL'];
  const occurring = new Set<ErrorCode>([...errors, 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL']);
  if (body ?? query ?? params ?? files) occurring.add('BAD_REQUEST');
  if (access === 'user') occurring.add('AUTH_INVALID');
  if (roles) occurring.add('FORBIDDEN');
  if (params) occurring.add('NOTFOUND');
  if (body ?? files) occurring.add('PAYLOAD_TOO_LARGE').add('UNSUPPORTED_MEDIA_TYPE');
  return ERROR_CODES.filter((code) => occurring.has(code));
}

function failures(book: SchemaBook, route: AnyRoute): JsonObject {
  const codes = errorsOf(route);
  const answers = [...new Set(codes.map((code) => ERRORS[code].status))].map(
    (status) =>
      [
        status,
        failure(
          book,
          codes.filter((code) => ERRORS[code].status === status),
        ),
      ] as const,
  );
  // A process that cannot serve says so in the same words in which it says that it can.
  const down = route.tag === 'infra' &&
    route.path !== '/health/live' && {
      503: {
        description: 'Cannot serve; `checks` says why.',
        content: json(downSchema(book, route), downExample(route)),
      },
    };
  return { ...Object.fromEntries(answers), ...down };
}

/** OpenAPI knows one answer for each status; where several codes share it, each is an example. */
const failure = (book: SchemaBook, codes: ErrorCode[]): JsonObject =>
  codes.length === 1
    ? { $ref: `#/components/responses/${codes.join()}` }
    : {
        description: codes.map((code) => `${code}: ${ERRORS[code].meaning}`).join(' '),
        content: {
          'application/json': {
            schema: book.named('Failure'),
            examples: keyed(
              codes,
              (code) => code,
              (code) => ({ value: failureExample(code) }),
            ),
          },
        },
      };

/** One answer for each row of the error table; routes refer to those that can occur. */
export const failureResponses = (book: SchemaBook): JsonObject =>
  keyed(
    ERROR_CODES,
    (code) => code,
    (code) => ({
      description: ERRORS[code].meaning,
      ...(code === 'RATE_LIMITED' && {
        headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } },
      }),
      content: json(book.named('Failure'), failureExample(code)),
    }),
  );

const downSchema = (book: SchemaBook, { result }: AnyRoute): JsonObject => ({
  ...successSchema(book, result),
  properties: { ok: { type: 'boolean', enum: [false] }, data: book.ref(result.item) },
});

const downExample = ({ example }: AnyRoute): JsonObject => ({
  ok: false,
  data: { ...(asJson(example.result) as JsonObject), status: 'down', checks: { mongodb: 'no primary' } },
});
