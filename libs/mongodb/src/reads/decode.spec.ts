import fc from 'fast-check';
import { mongo } from 'mongoose';
import { expect, it } from 'vitest';
import { decode } from './decode';

const { BSON, Binary, Decimal128, Long, ObjectId } = mongo;

const bytesOf = (document: mongo.Document) =>
  Buffer.from(BSON.serialize(document, { ignoreUndefined: false }));

const id = fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes));
const date = fc.date({ noInvalidDate: true });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger(), fc.constant(-0));
/** What the library decodes for us, alone and beside what we decode. */
const rare = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => new Binary(bytes)),
  fc.constant(Decimal128.fromString('1.5')),
  fc.constant(/a.c/i),
  fc.constant(undefined),
);
const name = fc.oneof(
  fc.constantFrom('seq', 'content', 'conversation_id', '', '__proto__', '$ref', '$id', 'größe', '0'),
  fc.string({ maxLength: 10 }).filter((some) => !some.includes('\0')),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 8, arbitrary: fc.oneof(id, date, text, number, fc.boolean(), fc.constant(null)) },
    { weight: 1, arbitrary: rare },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 12 }) },
    { weight: 2, arbitrary: fc.dictionary(name, tie('value'), { maxKeys: 5 }) },
  ),
}));

it('reads every document as the library reads it', () => {
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 8 }), (document) => {
      const bytes = bytesOf(document);
      expect(decode(bytes)).toStrictEqual(BSON.deserialize(bytes));
    }),
    { numRuns: 2_000 },
  );
});

it('does not take one name for another that shares its place', () => {
  // Both have the same hash: 31 · 'A' + 'a' = 31 · 'B' + 'B'.
  for (const field of ['Aa', 'BB', 'Aa'])
    expect(Object.keys(decode(bytesOf({ [field]: 1 })))).toEqual([field]);
});

it('keeps no more of the answer than the ids in it', () => {
  const bytes = bytesOf({ _id: new ObjectId('64b000000000000000000001') });
  const { _id } = decode(bytes) as { _id: mongo.ObjectId };
  bytes.fill(0xff);
  expect(_id.toHexString()).toBe('64b000000000000000000001');
});
