import { Type } from 'class-transformer';
import { IsInt, IsString, MaxLength, ValidateNested } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { HealthDto } from '../core/infra.contracts';
import { CreateConversationDto, ConversationListItemDto } from '../conversations/conversation.dto';
import { ListMessagesDto, MessageDto } from '../messages/message.dto';
import { integrationEvents, namespaces, routes } from '../registry';
import { ASYNC_API, OPEN_API } from './dialect';
import type { JsonObject } from './json';
import { SchemaBook } from './schemas';

const schemaOf = (type: new () => object, dialect = ASYNC_API, inputs: (new () => object)[] = []) => {
  const book = new SchemaBook(dialect, new Set(inputs));
  book.ref(type);
  return book.all();
};

const propertiesOf = (type: new () => object, dialect = ASYNC_API) =>
  schemaOf(type, dialect)[type.name]?.properties as Record<string, JsonObject>;

describe('schemas of wire classes', () => {
  it('keeps the type beside the limits, for lists too', () => {
    expect(propertiesOf(CreateConversationDto)).toMatchObject({
      name: { type: 'string', minLength: 1, maxLength: 100 },
      participantIds: {
        type: 'array',
        minItems: 0,
        maxItems: 1_000,
        items: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
      },
      type: { type: 'string', enum: ['private', 'group', 'channel'] },
    });
  });

  it('says which fields are needed: optional ones are not, those that may be null are', () => {
    expect(schemaOf(ListMessagesDto).ListMessagesDto?.required).toEqual(['conversationId']);
    expect(schemaOf(MessageDto).MessageDto?.required).toContain('reply_to');
  });

  it.each([
    [
      'OpenAPI 3.0',
      OPEN_API,
      { type: 'string', nullable: true },
      {
        anyOf: [
          { $ref: '#/components/schemas/MessageDto' },
          { type: 'object', nullable: true, enum: [null] },
        ],
      },
    ],
    [
      'JSON Schema',
      ASYNC_API,
      { type: ['string', 'null'] },
      { anyOf: [{ $ref: '#/components/schemas/MessageDto' }, { type: 'null' }] },
    ],
  ])('says "or null" in the words of %s', (_name, dialect, text, nested) => {
    const properties = propertiesOf(ConversationListItemDto, dialect);
    expect(properties.name).toEqual(text);
    expect(properties.lastMessage).toEqual(nested);
  });

  it('follows nested classes and lists of them', () => {
    const schemas = schemaOf(ConversationListItemDto);
    expect(Object.keys(schemas)).toEqual([
      'ConversationListItemDto',
      'ConversationSettingsDto',
      'DeliveryDto',
      'ForwardedFromDto',
      'MessageDto',
      'ReactionDto',
      'SystemDto',
      'ThreadSummaryDto',
    ]);
    expect(schemas.MessageDto?.properties).toMatchObject({
      delivery_info: { type: 'array', items: { $ref: '#/components/schemas/DeliveryDto' } },
    });
  });

  it('lists inherited fields first', () => {
    expect(Object.keys(propertiesOf(ConversationListItemDto)).at(0)).toBe('_id');
    expect(Object.keys(propertiesOf(ConversationListItemDto)).at(-1)).toBe('unread');
  });

  it('closes what we are sent and leaves open what we answer', () => {
    expect(schemaOf(MessageDto, ASYNC_API, [MessageDto]).MessageDto).toHaveProperty(
      'additionalProperties',
      false,
    );
    expect(schemaOf(MessageDto).MessageDto).not.toHaveProperty('additionalProperties');
  });

  it('knows an object of any keys', () => {
    expect(propertiesOf(HealthDto).checks).toEqual({
      type: 'object',
      additionalProperties: { type: 'string' },
    });
  });

  it('refuses two classes of one name, and a nested class without its type', () => {
    const other = { MessageDto: class extends MessageDto {} }.MessageDto;
    const book = new SchemaBook(ASYNC_API, new Set());
    book.ref(MessageDto);
    expect(() => book.ref(other)).toThrow('two wire classes are called MessageDto');

    class Untyped {
      @ValidateNested()
      inner!: object;
    }
    expect(() => book.ref(Untyped)).toThrow('Untyped.inner is nested but has no @Type');
  });

  it('gives every field of every wire class a type', () => {
    const book = new SchemaBook(ASYNC_API, new Set());
    const types = [
      ...namespaces.flatMap(({ client, server }) => [...client, ...server].map(({ payload }) => payload)),
      ...namespaces.flatMap(({ client }) => client.map(({ ack }) => ack.item)),
      ...integrationEvents.map(({ payload }) => payload),
      ...routes.flatMap(({ body, query, params, result }) =>
        [body, query, params, result.item].filter((type) => type !== undefined),
      ),
    ];
    types.forEach((type) => book.ref(type));
    const untyped = Object.entries(book.all()).flatMap(([name, { properties }]) =>
      Object.entries(properties as Record<string, JsonObject>)
        .filter(
          ([, schema]) =>
            !('type' in schema || '$ref' in schema || 'anyOf' in schema) || hasOpenItems(schema),
        )
        .map(([field]) => `${name}.${field}`),
    );
    expect(untyped).toEqual([]);
  });

  it('takes the order of decorators as it comes', () => {
    class Mixed {
      @MaxLength(5)
      @IsString()
      text!: string;

      @Type(() => Number)
      @IsInt()
      count!: number;
    }
    expect(propertiesOf(Mixed)).toEqual({
      text: { type: 'string', maxLength: 5 },
      count: { type: 'integer' },
    });
  });
});

const hasOpenItems = ({ items }: JsonObject) =>
  typeof items === 'object' && items !== null && Object.keys(items).length === 0;
