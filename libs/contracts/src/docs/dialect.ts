import type { Json, JsonObject } from './json';

/** The two ways in which specs write the same schema: they differ in how "or null" is said. */
export interface Dialect {
  /** Where named schemas stand in the document. */
  prefix: string;
  orNull: (schema: JsonObject) => JsonObject;
}

const enumWithNull = (schema: JsonObject) =>
  Array.isArray(schema.enum) && { enum: [...schema.enum, null] as Json[] };

/** OpenAPI 3.0 has `nullable`, which does nothing without a `type` beside it, as there is none beside a `$ref`. */
export const OPEN_API: Dialect = {
  prefix: '#/components/schemas/',
  orNull: (schema) =>
    '$ref' in schema
      ? { anyOf: [schema, { type: 'object', nullable: true, enum: [null] }] }
      : { ...schema, ...enumWithNull(schema), nullable: true },
};

const orNullInJsonSchema = (schema: JsonObject): JsonObject =>
  typeof schema.type === 'string'
    ? { ...schema, ...enumWithNull(schema), type: [schema.type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };

/** JSON Schema, draft 7: AsyncAPI, and the documentation that the services hand out. */
export const ASYNC_API: Dialect = { prefix: '#/components/schemas/', orNull: orNullInJsonSchema };
export const JSON_SCHEMA: Dialect = { prefix: '#/schemas/', orNull: orNullInJsonSchema };
