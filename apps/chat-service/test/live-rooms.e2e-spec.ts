import { getConversationStatus, getMembers, listMembers, pathOf } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';

const service = useChatService();

describe('over REST', () => {
  it('members and who is online are told to a member, as over the socket', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: id } = await alice.group(bob);
    expect(await alice.rest.call(getConversationStatus, { params: { id } })).toEqual({
      online: [alice.id, bob.id],
    });
    expect(await alice.rest.call(getMembers, { params: { id } })).toEqual(
      await alice.emit(listMembers, { conversationId: id }),
    );
  });

  it('a conversation of others is one that does not exist, and an id must be one', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const { _id: id } = await alice.group(bob);
    for (const route of [getConversationStatus, getMembers]) {
      const ask = (each: string) => eve.rest.request(pathOf(route, { params: { id: each } }));
      const [others, unknown, bad] = [await ask(id), await ask('f'.repeat(24)), await ask('x')];
      const error = { code: 'NOTFOUND', message: 'conversation not found' };
      for (const answer of [others, unknown]) expect(answer).toMatchObject({ status: 404, body: { error } });
      expect(bad).toMatchObject({ status: 400, body: { error: { details: [{ field: 'id' }] } } });
    }
  });
});
