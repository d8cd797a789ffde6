import { expect, it } from 'vitest';
import { duplicateKeyIndex } from './duplicate-key';

const head = 'E11000 duplicate key error collection: chat.messages index:';

it.each([
  ['MongoDB 4.0', `${head} messages_client_id_unique dup key: { : ObjectId('5f'), : 7, : "c-1" }`],
  [
    'MongoDB 8.0',
    `${head} messages_client_id_unique dup key: { conversation_id: ObjectId('5f'), clientId: "c-1" }`,
  ],
  [
    'a key that names another index',
    `${head} messages_client_id_unique dup key: { : "index: _id_ dup key" }`,
  ],
])('finds the index in the message of %s', (_, message) => {
  expect(duplicateKeyIndex(11000, message)).toBe('messages_client_id_unique');
});

it('says that the index is unknown when the message has another form', () => {
  expect(duplicateKeyIndex(11000, 'duplicate')).toBe('');
});

it('is not fooled by other errors', () => {
  expect(duplicateKeyIndex(121, `${head} x dup key: {}`)).toBeUndefined();
});
