import type { TypeMetadata } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { getMetadataStorage, IS_ISO8601, IS_URL, MAX, MIN, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { Class } from '../core/contract';
import type { Dialect } from './dialect';
import { sorted, type JsonObject } from './json';

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** `Min` and `Max` stand beside `IsInt`, which knows the type better than they do. */
const CONVERTERS = {
  [MIN]: ({ constraints }: Rule) => ({ minimum: constraints[0] as number }),
  [MAX]: ({ constraints }: Rule) => ({ maximum: constraints[0] as number }),
  [IS_ISO8601]: { type: 'string' as const, format: 'date-time' },
  [IS_URL]: { type: 'string' as const, format: 'uri' },
};

/** Collects the schemas of the wire classes that a document mentions, nested ones included. */
export class SchemaBook {
  private readonly classes = new Map<string, Class>();

  /** `inputs` are the classes that we are sent: they refuse unknown fields, while answers may grow. */
  constructor(
    private readonly dialect: Dialect,
    private readonly inputs: ReadonlySet<Class>,
  ) {}

  /** A reference to the schema of `type`. */
  ref(type: Class): JsonObject {
    const known = this.classes.get(type.name);
    if (known !== undefined && known !== type) throw new Error(`two wire classes are called ${type.name}`);
    if (known === undefined) {
      this.classes.set(type.name, type);
      nestedIn(type).forEach((nested) => this.ref(nested));
    }
    return this.named(type.name);
  }

  /** A reference to a schema that is written by hand. */
  named(name: string): JsonObject {
    return { $ref: `${this.dialect.prefix}${name}` };
  }

  /** The fields of a class, each with its schema, in the order of their declaration (inherited ones first). */
  fields(type: Class): { name: string; required: boolean; schema: JsonObject }[] {
    const { properties = {} } = targetConstructorToSchema(type, {
      refPointerPrefix: this.dialect.prefix,
      classTransformerMetadataStorage: defaultMetadataStorage,
      additionalConverters: CONVERTERS,
    });
    return fieldNames(type).map((name) => {
      const rules = rulesOf(type).filter(({ propertyName }) => propertyName === name);
      const { nullable, optional, ...said } = Object.assign({}, ...rules.map(documentedBy)) as JsonObject;
      const schema = typeFirst({ ...(properties[name] as JsonObject), ...said });
      return {
        name,
        required: optional !== true && !rules.some((rule) => rule.name === 'isOptional'),
        schema: nullable === true ? this.dialect.orNull(schema) : schema,
      };
    });
  }

  /** All schemas that were referred to, by name. */
  all(): Record<string, JsonObject> {
    return sorted(Object.fromEntries([...this.classes].map(([name, type]) => [name, this.schema(type)])));
  }

  private schema(type: Class): JsonObject {
    const fields = this.fields(type);
    const required = fields.filter((field) => field.required).map(({ name }) => name);
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
      ...(this.inputs.has(type) && { additionalProperties: false }),
    };
  }
}

const rulesOf = (type: Class): Rule[] =>
  getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);

const typeFirst = ({ type, ...rest }: JsonObject): JsonObject =>
  type === undefined ? rest : { type, ...rest };

/** What a field decorator adds to the schema: `context: { schema }` (core/fields.ts). */
const documentedBy = ({ context }: Rule): object =>
  (context as { schema?: object } | undefined)?.schema ?? {};

function fieldNames(type: Class): string[] {
  const parent: unknown = Object.getPrototypeOf(type);
  const inherited = typeof parent === 'function' && parent.name !== '' ? fieldNames(parent as Class) : [];
  const own = rulesOf(type).filter(({ target }) => target === type);
  return [...new Set([...inherited, ...own.map(({ propertyName }) => propertyName)])];
}

/** What `@Type` said, if anything. */
const typeOf = (target: Class, propertyName: string): TypeMetadata | undefined =>
  defaultMetadataStorage.findTypeMetadata(target, propertyName);

function nestedIn(type: Class): Class[] {
  return rulesOf(type)
    .filter((rule) => rule.type === ValidationTypes.NESTED_VALIDATION)
    .map(({ target, propertyName }) => {
      const found = typeOf(target as Class, propertyName);
      if (!found) throw new Error(`${type.name}.${propertyName} is nested but has no @Type`);
      return found.typeFunction() as Class;
    });
}
