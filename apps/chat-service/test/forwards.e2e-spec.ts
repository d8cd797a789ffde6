import { forwardMessage, listMessages, messageCreated, postForward } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import { refusalsOf, say, stage, UNKNOWN } from './support/stage';

const service = useChatService();

describe('a forwarded message', () => {
  it('is a copy in each conversation that says whose words they are, and mentions nobody anew', async () => {
    const { alice, bob, carol, eve, conversationId } = await stage(service());
    const source = await say(bob, conversationId, 'look, @all', {
      attachments: ['https://example.com/a.png'],
      type: 'image',
    });
    const targets = [await alice.group(carol), await alice.group(eve)].map(({ _id }) => _id);
    const answers = await alice.emit(forwardMessage, { messageId: source._id, conversationIds: targets });
    expect(answers.map((answer) => answer.conversationId)).toEqual(targets);
    for (const [index, { message, error }] of answers.entries()) {
      expect(error).toBeUndefined();
      expect(message).toMatchObject({
        conversation_id: targets[index],
        sender_id: alice.id,
        content: 'look, @all',
        type: 'image',
        attachments: source.attachments,
        forwarded_from: { sender_id: bob.id, created_at: source.created_at },
      });
      expect(message).not.toHaveProperty('mention_all');
      expect(await alice.emit(listMessages, { conversationId: targets[index]! })).toEqual([message]);
    }
    const { user, ...heard } = await eve.chat.receives(messageCreated);
    expect(heard).toEqual(answers[1]?.message);
    expect(user?.id).toBe(alice.id);
  });

  it('keeps its origin when a copy is forwarded', async () => {
    const { alice, carol, conversationId, message, messageId } = await stage(service());
    const [first] = await alice.emit(forwardMessage, { messageId, conversationIds: [conversationId] });
    const [second] = await carol.rest.call(postForward, {
      params: { id: first!.message!._id },
      body: { conversationIds: [conversationId] },
    });
    expect(second?.message?.forwarded_from).toEqual({
      sender_id: message.sender_id,
      created_at: message.created_at,
    });
  });

  it('is refused where the caller may not send, and arrives elsewhere', async () => {
    const { alice, bob, eve, conversationId, messageId } = await stage(service());
    const { _id: theirs } = await bob.group(eve);
    const answers = await alice.emit(forwardMessage, {
      messageId,
      conversationIds: [theirs, conversationId, UNKNOWN],
    });
    const unseen = { code: 'NOTFOUND', message: 'conversation not found' };
    expect(answers[0]).toEqual({ conversationId: theirs, error: unseen });
    expect(answers[1]?.message).toMatchObject({ content: 'first', seq: 2 });
    expect(answers[2]).toEqual({ conversationId: UNKNOWN, error: unseen });
    expect(await bob.emit(listMessages, { conversationId: theirs })).toEqual([]);
  });

  it('is one copy, however often the command comes', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const { _id: other } = await alice.group(bob);
    const command = { messageId, conversationIds: [conversationId, other], clientId: 'f-1' };
    const one = await alice.emit(forwardMessage, command);
    const two = await alice.emit(forwardMessage, command);
    expect(two).toEqual(
      one.map(({ message, ...rest }) => ({ ...rest, message: { ...message, duplicate: true } })),
    );
    expect(await bob.emit(listMessages, { conversationId })).toHaveLength(2);
  });

  it('goes to one to ten different conversations', async () => {
    const { alice, conversationId, messageId } = await stage(service());
    const eleven = Array.from({ length: 11 }, (_, n) => n.toString(16).padStart(24, '0'));
    for (const conversationIds of [[], eleven, [conversationId, conversationId], ['x']]) {
      const attempts = [
        alice.emit(forwardMessage, { messageId, conversationIds }),
        alice.rest.call(postForward, { params: { id: messageId }, body: { conversationIds } }),
      ];
      for (const refused of await refusalsOf(...attempts))
        expect(refused).toMatchObject({ code: 'BAD_REQUEST', fields: ['conversationIds'] });
    }
  });
});
