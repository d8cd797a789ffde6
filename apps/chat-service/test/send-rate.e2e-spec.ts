import { postMessage, editMessage, sendMessage } from '@app/contracts';
import { refusalOf } from '@app/testing';
import { expect, it } from 'vitest';
import { useChatService } from './support/chat-service';

const MOST = 5;
const service = useChatService({ SEND_RATE_MAX: String(MOST) });

it('what one user says is refused beyond so many messages in ten seconds, by any way in; the rest goes on', async () => {
  const [alice, bob] = await service().people('alice', 'bob');
  const { _id: conversationId } = await alice.group(bob);
  const phone = await alice.device();
  const params = { id: conversationId };
  const { _id: messageId } = await alice.rest.call(postMessage, { params, body: { content: 'first' } });
  for (let n = 1; n < MOST; n++)
    await (n % 2 ? alice.chat : phone).emit(sendMessage, { conversationId, content: `${n}` });

  const refused = {
    code: 'RATE_LIMITED',
    message: expect.stringContaining('messages: more than 5 in 10 s') as string,
  };
  expect(await refusalOf(phone.emit(sendMessage, { conversationId, content: 'more' }))).toMatchObject(
    refused,
  );
  expect(await refusalOf(alice.rest.call(postMessage, { params, body: { content: 'more' } }))).toMatchObject(
    refused,
  );
  expect(await alice.emit(editMessage, { messageId, content: 'other' })).toMatchObject({ content: 'other' });
  expect(await bob.emit(sendMessage, { conversationId, content: 'mine' })).toMatchObject({ seq: MOST + 1 });
});
