import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Class, Shape } from './contract';
import { AppError, type ErrorDetail } from './errors';
import { quickCheck } from './quick-check';
import { rememberRules } from './remembered-rules';

rememberRules();

/** Nothing that we accept is deeper or wider than this, one object or all of them; a bomb is refused before anything walks it. */
export const INPUT_LIMITS = { depth: 8, keys: 200, allKeys: 2_000, items: 1_000 } as const;

const POISONED = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Turns raw JSON into an instance of `type`, or throws BAD_REQUEST with one detail per wrong field.
 * Unknown fields, operator objects in place of strings and poisoned keys are refused, never dropped.
 */
export function parse<T extends object>(type: Class<T>, raw: unknown): T {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    const message = `must be an object, got ${raw === null ? 'null' : Array.isArray(raw) ? 'an array' : typeof raw}`;
    throw new AppError('BAD_REQUEST', `payload ${message}`, [{ field: 'payload', message }]);
  }
  refuseHostileShape(raw, '', 1, { keys: 0 });
  return quickCheck(type, raw) ?? thoroughCheck(type, raw);
}

/** What class-validator itself says. */
export function thoroughCheck<T extends object>(type: Class<T>, raw: object): T {
  const instance = plainToInstance(type, raw);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  if (errors.length > 0) throw invalid(errors);
  return instance;
}

const isSingle = ({ many }: Shape<unknown>) => many === 'one' || many === 'download' || many === 'bytes';

/** What is wrong with an answer of ours, judged by its own contract; empty when nothing is. */
export function conforms(shape: Shape<unknown>, data: unknown): ErrorDetail[] {
  const items = isSingle(shape) ? [data] : data;
  if (!Array.isArray(items)) return [{ field: 'data', message: 'must be a list' }];
  return items.flatMap((item: unknown) => {
    const problems = problemsOf(shape.item, item);
    return problems.length > 0 && shape.other ? problemsOf(shape.other, item) : problems;
  });
}

function problemsOf(type: Class, item: unknown): ErrorDetail[] {
  const instance = plainToInstance(type, item);
  if (!isObject(instance)) return [{ field: 'data', message: 'must be an object' }];
  return validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  }).flatMap((error) => detailsOf(error, ''));
}

function invalid(errors: ValidationError[]): AppError {
  const details = errors.flatMap((error) => detailsOf(error, ''));
  const [first] = details;
  return new AppError('BAD_REQUEST', first ? `${first.field} ${first.message}` : 'invalid input', details);
}

function detailsOf(error: ValidationError, parent: string): ErrorDetail[] {
  const isIndex = /^\d+$/.test(error.property);
  const field =
    parent === '' ? error.property : isIndex ? `${parent}[${error.property}]` : `${parent}.${error.property}`;
  const own = mainComplaint(error.constraints ?? {}).map(([rule, message]) => ({
    field,
    message:
      rule === 'whitelistValidation' ? 'is not a known field' : withoutFieldName(message, error.property),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => detailsOf(child, field))];
}

/** One complaint per field, and "must be a string" before "must be shorter than": a wrong kind makes the rest moot. */
function mainComplaint(constraints: Record<string, string>): [string, string][] {
  const all = Object.entries(constraints);
  const main = all.find(([rule]) => rule.startsWith('is')) ?? all[0];
  return main ? [main] : [];
}

/** class-validator writes "content must be a string"; the field already stands beside the message. */
const withoutFieldName = (message: string, property: string) =>
  message.startsWith(`${property} `)
    ? message.slice(property.length + 1)
    : message.replace(`in ${property} `, '');

function refuseHostileShape(value: object, path: string, depth: number, seen: { keys: number }): void {
  if (depth > INPUT_LIMITS.depth)
    throw refusal(path, `must not be nested deeper than ${INPUT_LIMITS.depth} levels`);
  if (Array.isArray(value)) {
    if (value.length > INPUT_LIMITS.items)
      throw refusal(path, `must hold at most ${INPUT_LIMITS.items} items`);
    value.forEach((item: unknown, index) => {
      if (isObject(item)) refuseHostileShape(item, `${path}[${index}]`, depth + 1, seen);
    });
    return;
  }
  const keys = Object.keys(value);
  const { keys: most, allKeys } = INPUT_LIMITS;
  if (keys.length > most) throw refusal(path, `must hold at most ${most} keys`);
  seen.keys += keys.length;
  if (seen.keys > allKeys) throw refusal(path, `must hold at most ${allKeys} keys with all before it`);
  for (const key of keys) {
    const field = path === '' ? key : `${path}.${key}`;
    if (POISONED.has(key)) throw refusal(field, 'is not a known field');
    const child: unknown = (value as Record<string, unknown>)[key];
    if (isObject(child)) refuseHostileShape(child, field, depth + 1, seen);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const refusal = (path: string, message: string) => {
  const field = path === '' ? 'payload' : path;
  return new AppError('BAD_REQUEST', `${field} ${message}`, [{ field, message }]);
};
