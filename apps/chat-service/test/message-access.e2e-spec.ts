import {
  deleteMessage,
  deleteOneMessage,
  deletePin,
  deleteReaction,
  editMessage,
  forwardMessage,
  getEdits,
  getMessage,
  getMessages,
  getOneMessage,
  getPins,
  getThread,
  listEdits,
  listMessages,
  listPins,
  listThread,
  patchMessage,
  pinMessage,
  postForward,
  postMessage,
  postPin,
  postReaction,
  react,
  removeMember,
  sendMessage,
  unpinMessage,
  unreact,
} from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { refusalsOf, say, stage, UNKNOWN } from './support/stage';

const service = useChatService();

const [content, emoji] = ['x', '👍'];

/** All that can be done to a message, over sockets and REST. */
const toMessage = ({ chat, rest }: Person, messageId: string, own: string): Promise<unknown>[] => {
  const params = { id: messageId };
  return [
    chat.emit(getMessage, { messageId }),
    chat.emit(editMessage, { messageId, content }),
    chat.emit(listEdits, { messageId }),
    chat.emit(deleteMessage, { messageId }),
    chat.emit(deleteMessage, { messageId, forMe: true }),
    chat.emit(react, { messageId, emoji }),
    chat.emit(unreact, { messageId, emoji }),
    chat.emit(pinMessage, { messageId }),
    chat.emit(unpinMessage, { messageId }),
    chat.emit(listThread, { messageId }),
    chat.emit(forwardMessage, { messageId, conversationIds: [own] }),
    chat.emit(sendMessage, { conversationId: own, content, replyTo: messageId }),
    chat.emit(sendMessage, { conversationId: own, content, threadId: messageId }),
    rest.call(getOneMessage, { params }),
    rest.call(patchMessage, { params, body: { content } }),
    rest.call(getEdits, { params }),
    rest.call(deleteOneMessage, { params, query: {} }),
    rest.call(deleteOneMessage, { params, query: { forMe: true } }),
    rest.call(postReaction, { params, body: { emoji } }),
    rest.call(deleteReaction, { params: { ...params, emoji }, query: {} }),
    rest.call(postPin, { params, body: {} }),
    rest.call(deletePin, { params, query: {} }),
    rest.call(getThread, { params, query: {} }),
    rest.call(postForward, { params, body: { conversationIds: [own] } }),
  ];
};

/** All that can be done with messages in a conversation. */
const inConversation = ({ chat, rest }: Person, conversationId: string): Promise<unknown>[] => {
  const params = { id: conversationId };
  return [
    chat.emit(sendMessage, { conversationId, content }),
    chat.emit(listMessages, { conversationId }),
    chat.emit(listPins, { conversationId }),
    rest.call(postMessage, { params, body: { content } }),
    rest.call(getMessages, { params, query: {} }),
    rest.call(getPins, { params }),
  ];
};

describe('messages', () => {
  it('of others do not exist: they are answered like ids that were never given out', async () => {
    const { alice, eve, conversationId, message, messageId } = await stage(service());
    const { _id: own } = await eve.group(alice);
    const answers = await refusalsOf(
      ...toMessage(eve, messageId, own),
      ...inConversation(eve, conversationId),
    );
    const unknown = await refusalsOf(...toMessage(eve, UNKNOWN, own), ...inConversation(eve, UNKNOWN));
    expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 'NOTFOUND'));
    const said = (refusals: typeof answers) => refusals.map((refusal) => refusal.message);
    expect(said(answers)).toEqual(said(unknown));
    expect(await alice.emit(listMessages, { conversationId })).toEqual([message]);
    expect(await eve.emit(listMessages, { conversationId: own })).toEqual([]);
  });

  it('are out of reach from the moment of being removed, one’s own as well', async () => {
    const { alice, bob, carol, eve, conversationId, messageId } = await stage(service());
    const { _id: own } = await bob.group(eve);
    await alice.emit(removeMember, { conversationId, userId: bob.id });
    const answers = await refusalsOf(
      ...toMessage(bob, messageId, own),
      ...inConversation(bob, conversationId),
    );
    expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 'NOTFOUND'));
    expect(await carol.emit(getMessage, { messageId })).toMatchObject({ content: 'first', ev: 1 });
  });

  it('are seen and worked with by members over REST as over sockets', async () => {
    const { alice, bob, conversationId, message } = await stage(service());
    const params = { id: conversationId };
    const body = { content: 'by REST', clientId: 'r-1', replyTo: message._id };
    const sent = await alice.rest.call(postMessage, { params, body });
    expect(sent).toMatchObject({ content: 'by REST', seq: 2, reply_to: message._id });
    expect(await alice.rest.call(postMessage, { params, body })).toEqual({ ...sent, duplicate: true });
    expect(await bob.rest.call(getMessages, { params, query: { limit: 5, before: '2' } })).toEqual([message]);
    expect(await bob.rest.call(getOneMessage, { params: { id: sent._id } })).toEqual(sent);
    expect(await bob.emit(getMessage, { messageId: sent._id })).toEqual(sent);
    const refused = await refusalsOf(
      alice.rest.call(postMessage, { params, body: {} }),
      alice.emit(sendMessage, { conversationId }),
    );
    for (const refusal of refused)
      expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['content'] });
  });

  it('of the service itself stay as they are', async () => {
    const { alice, bob, conversationId } = await stage(service());
    const { clientId, _id: messageId } = await say(bob, conversationId, 'as if');
    await service().stored.updateOne({ clientId }, { $set: { type: 'system' } });
    const refused = await refusalsOf(
      bob.emit(editMessage, { messageId, content }),
      bob.emit(deleteMessage, { messageId }),
      bob.emit(react, { messageId, emoji }),
      bob.emit(pinMessage, { messageId }),
      alice.emit(forwardMessage, { messageId, conversationIds: [conversationId] }),
    );
    expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'FORBIDDEN'));
    await alice.emit(deleteMessage, { messageId, forMe: true });
    expect((await alice.emit(listMessages, { conversationId })).map(({ seq }) => seq)).toEqual([1]);
  });
});
