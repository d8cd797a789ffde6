import type { ClientEvent } from '@app/contracts';
import { getMetadataStorage } from 'class-validator';

export interface BadInput {
  title: string;
  payload: unknown;
  /** The field that the refusal must name; an item of a list counts as its list. */
  field: string;
}

const OVERSIZED = 20_000;

interface FieldRules {
  name: string;
  optional: boolean;
  isText: boolean;
  isList: boolean;
}

/** Every way to get a payload wrong that can be read off its contract. Grows with the contracts by itself. */
export function badInputsOf(event: ClientEvent<never>): BadInput[] {
  const good = event.example.payload as Record<string, unknown>;
  const fields = fieldsOf(event.payload);
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  const withField = (name: string, value: unknown) => ({ ...good, [name]: value });
  return [
    ...fields
      .filter((field) => !field.optional)
      .map(({ name }) => ({ title: `${name} missing`, payload: without(name), field: name })),
    ...fields.flatMap(({ name, isText, isList }) => [
      { title: `${name} an operator object`, payload: withField(name, { $gt: '' }), field: name },
      {
        title: `${name} an object with a regular expression`,
        payload: withField(name, { $regex: '.*' }),
        field: name,
      },
      { title: `${name} a list of lists`, payload: withField(name, [[]]), field: name },
      ...(isList ? [] : [{ title: `${name} a list`, payload: withField(name, ['a', 'b']), field: name }]),
      ...(isText
        ? [{ title: `${name} oversized`, payload: withField(name, 'x'.repeat(OVERSIZED)), field: name }]
        : []),
    ]),
    { title: 'an unknown field', payload: withField('surprise', 1), field: 'surprise' },
    { title: '__proto__', payload: withOwnKey(good, '__proto__'), field: '__proto__' },
    { title: 'constructor', payload: withOwnKey(good, 'constructor'), field: 'constructor' },
    { title: 'a bomb of nested objects', payload: withField('surprise', nested(50)), field: 'surprise' },
    // Null is not among them: it counts as no payload, which some events need not have.
    ...['text', 7, true, []].map((payload) => ({
      title: `${JSON.stringify(payload)} in place of an object`,
      payload,
      field: 'payload',
    })),
  ];
}

function fieldsOf(type: new () => object): FieldRules[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(rules.map((rule) => rule.propertyName))].map((name) => {
    const own = rules.filter((rule) => rule.propertyName === name);
    return {
      name,
      optional: own.some(
        ({ name: rule, context }) =>
          rule === 'isOptional' ||
          (context as { schema?: { optional?: true } } | undefined)?.schema?.optional,
      ),
      isText: own.some((rule) => rule.name === 'isString' && !rule.each),
      isList: own.some((rule) => rule.name === 'isArray'),
    };
  });
}

/** As JSON.parse makes it: an own property, where a literal would set the prototype. */
const withOwnKey = (good: object, key: string): unknown =>
  JSON.parse(
    `${JSON.stringify(good).slice(0, -1)}${Object.keys(good).length > 0 ? ',' : ''}"${key}":{"admin":true}}`,
  );

function nested(depth: number): object {
  return depth === 0 ? {} : { a: nested(depth - 1) };
}
