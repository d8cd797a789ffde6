import { TransformationType, type TypeMetadata } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import {
  getMetadataStorage,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';
import type { Class } from './contract';

/** One rule of class-validator, ready to be asked. */
interface Rule {
  validator: ValidatorConstraintInterface;
  args: ValidationArguments;
  each: boolean;
}

interface Property {
  name: string;
  /** All must hold, or the property is not looked at (IsOptional, ValidateIf). */
  conditions: ((object: object, value: unknown) => boolean)[];
  rules: Rule[];
}

type Plan = { properties: Property[]; names: Set<string> };

/** null: the class needs what only the whole machinery can do (nested classes, conversions). */
const plans = new WeakMap<Class, Plan | null>();

/**
 * An instance of `type` when the input is beyond doubt what the class's own class-validator rules ask for; undefined when it
 * is not, or when the class is not simple: then class-validator itself must judge, and find the words. It interprets its
 * metadata anew at each call, which costs more than all else that a message:send does before it reaches the log.
 */
export function quickCheck<T extends object>(type: Class<T>, raw: object): T | undefined {
  let plan = plans.get(type);
  if (plan === undefined) plans.set(type, (plan = planFor(type)));
  if (plan === null) return undefined;
  const instance = new type();
  for (const [name, value] of Object.entries(raw)) {
    if (!plan.names.has(name)) return undefined;
    (instance as Record<string, unknown>)[name] = value;
  }
  return plan.properties.every((property) => isRight(property, instance)) ? instance : undefined;
}

function isRight({ name, conditions, rules }: Property, instance: object): boolean {
  const value = (instance as Record<string, unknown>)[name];
  if (!conditions.every((holds) => holds(instance, value))) return true;
  return rules.every(({ validator, args, each }) => {
    args.object = instance;
    if (!each) return validator.validate((args.value = value), args) === true;
    return (
      Array.isArray(value) &&
      value.every((item: unknown) => validator.validate((args.value = item), args) === true)
    );
  });
}

function planFor(type: Class): Plan | null {
  const storage = getMetadataStorage();
  const properties = new Map<string, Property>();
  for (const metadata of storage.getTargetValidationMetadatas(type, '', false, false)) {
    const name = metadata.propertyName;
    if (isConverted(type, name)) return null;
    const property = properties.get(name) ?? { name, conditions: [], rules: [] };
    properties.set(name, property);
    const constraints = metadata.constraints as unknown[] | undefined;
    if (metadata.type === 'conditionalValidation') {
      property.conditions.push(constraints?.[0] as Property['conditions'][number]);
    } else if (metadata.type === 'customValidation') {
      for (const { instance, async } of storage.getTargetValidatorConstraints(metadata.constraintCls)) {
        if (async) return null;
        const args = {
          targetName: type.name,
          property: name,
          object: {},
          value: undefined,
          constraints: constraints ?? [],
        };
        property.rules.push({ validator: instance, args, each: metadata.each });
      }
    } else return null;
  }
  return { properties: [...properties.values()], names: new Set(properties.keys()) };
}

/** By `@Type` or `@Transform`. */
const isConverted = (type: Class, name: string) =>
  (defaultMetadataStorage.findTypeMetadata(type, name) as TypeMetadata | undefined) !== undefined ||
  defaultMetadataStorage.findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS).length > 0;
