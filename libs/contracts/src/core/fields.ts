import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsISO8601,
  IsMongoId,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';

/** Decorators for the field kinds that recur on the wire, so that each kind is checked and described one way. */
export const all =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, key) =>
    decorators.forEach((decorate) => decorate(target, key));

/** What the specs say beyond what the rule itself tells; see docs/schemas.ts. */
const documented = (schema: {
  description?: string;
  nullable?: true;
  optional?: true;
  additionalProperties?: { type: string } | true;
}) => ({
  context: { schema },
});

/** Conversation, message, notification ids: opaque strings to clients, 24 hex characters to us. */
export const IsId = (): PropertyDecorator =>
  all(IsMongoId({ message: '$property must be an id (24 hex characters)' }));

export const IsIds = (min: number, max: number): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsMongoId({ each: true, message: 'each value in $property must be an id (24 hex characters)' }),
  );

export const IsUserId = (): PropertyDecorator =>
  all(
    IsInt({ message: '$property must be a user id (an integer)' }),
    Min(1),
    Max(2_147_483_647, { message: '$property must be a user id (an integer)' }),
  );

export const IsUserIds = (min: number, max: number): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsInt({ each: true, message: 'each value in $property must be a user id (an integer)' }),
    Min(1, { each: true }),
    Max(2_147_483_647, { each: true }),
  );

/** ISO 8601, UTC, milliseconds. */
export const IsTimestamp = (): PropertyDecorator =>
  all(
    IsISO8601(
      {},
      {
        message: '$property must be an ISO 8601 date',
        ...documented({ description: 'ISO 8601, UTC, milliseconds.' }),
      },
    ),
  );

/** `limit` of a page: an integer, also when it comes from a query string. */
export const IsLimit = (max: number): PropertyDecorator =>
  all(
    IsOptional(),
    Type(() => Number),
    IsInt(documented({ description: `Items in a page: 1 to ${max}.` })),
    Min(1),
    Max(max),
  );

/** A place in a history: an ISO date, an id or a number, as text or (numbers) as they are. */
export const IsCursor = (): PropertyDecorator =>
  all(
    Transform(({ value }: { value: unknown }) => (typeof value === 'number' ? String(value) : value)),
    IsString(documented({ description: 'An ISO 8601 date, a message id or a seq.' })),
    Matches(/^([0-9a-fA-F]{24}|\d{1,15}|\d{4}-\d\d-\d\d.{0,30})$/, {
      message: '$property must be an ISO 8601 date, a message id or a seq',
    }),
  );

/** May be null, must not be missing. */
export const OrNull = (): PropertyDecorator =>
  all(ValidateIf((_object: object, value: unknown) => value !== null, documented({ nullable: true })));

/** May be missing, must not be null. */
export const OrMissing = (): PropertyDecorator =>
  all(ValidateIf((_object: object, value: unknown) => value !== undefined, documented({ optional: true })));

/** A whole number of a query string. */
export const IsWhole = (min: number, max: number): PropertyDecorator =>
  all(
    Type(() => Number),
    IsInt({ message: `$property must be an integer from ${min} to ${max}` }),
    Min(min),
    Max(max),
  );

/** A user's id in a path: `/users/:id`. */
export const IsUserIdInPath = (): PropertyDecorator =>
  all(
    Type(() => Number),
    IsUserId(),
  );

/** An object of any keys whose values are text, numbers, booleans or null. */
export const IsFacts = (): PropertyDecorator => all(IsObject(documented({ additionalProperties: true })));

/** An object of any keys whose values are whole numbers. */
export const IsCounts = (): PropertyDecorator =>
  all(IsObject(documented({ additionalProperties: { type: 'integer' } })));

/** An object of any keys whose values are text. */
export const IsTextByName = (): PropertyDecorator =>
  all(IsObject(documented({ additionalProperties: { type: 'string' } })));

/** What makes a command of a client one command, however often it is sent. */
export const IsClientId = (): PropertyDecorator => all(IsOptional(), IsString(), Length(1, 128));

/** `true` or `false`, also from a query string. */
export const IsFlag = (): PropertyDecorator =>
  all(
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    IsBoolean(),
  );

/** An answer with nothing in it. */
export class EmptyDto {}
