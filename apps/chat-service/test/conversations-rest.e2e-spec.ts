import {
  conversationDeleted,
  deleteConversationRoute,
  deleteMember,
  deleteModerator,
  getConversation,
  getConversationRoute,
  getConversations,
  getMembers,
  listConversations,
  listMembers,
  memberAdded,
  memberRemoved,
  patchConversation,
  pathOf,
  postConversation,
  postLeave,
  postMember,
  postModerator,
  postTransfer,
} from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { codeOf, placeOf, sorted } from './support/rooms';

const service = useChatService();
const people = <N extends readonly string[]>(...names: N) => service().people(...names);

/** Each route that is about one conversation, with input that fits, as the user would call it. */
const callsOf = ({ rest }: Person, id: string, userId: number) => {
  const params = { id };
  const one = { params: { id, userId } };
  return {
    get: () => rest.call(getConversationRoute, { params }),
    patch: () => rest.call(patchConversation, { params, body: { name: 'Mine' } }),
    delete: () => rest.call(deleteConversationRoute, { params }),
    members: () => rest.call(getMembers, { params }),
    add: () => rest.call(postMember, { params, body: { userId } }),
    remove: () => rest.call(deleteMember, one),
    leave: () => rest.call(postLeave, { params, body: {} }),
    promote: () => rest.call(postModerator, { params, body: { userId } }),
    demote: () => rest.call(deleteModerator, one),
    transfer: () => rest.call(postTransfer, { params, body: { userId } }),
  };
};

describe('conversations over REST', () => {
  it('are begun, listed, read, changed and deleted as over the socket', async () => {
    const [alice, bob] = await people('alice', 'bob');
    const body = { name: 'Team', participantIds: [bob.id] };
    const group = await alice.rest.call(postConversation, { body });
    const params = { id: group._id };
    expect(await bob.rest.call(getConversationRoute, { params })).toEqual(
      await bob.emit(getConversation, placeOf(group)),
    );
    expect(await bob.rest.call(getConversations, { query: { limit: 1 } })).toEqual(
      await bob.emit(listConversations, {}),
    );
    const named = await alice.rest.call(patchConversation, {
      params,
      body: { name: 'Other', description: 'More' },
    });
    expect(named).toMatchObject({ name: 'Other', description: 'More' });
    expect(await alice.rest.call(deleteConversationRoute, { params, query: { clientId: 'end' } })).toEqual(
      {},
    );
    expect(await alice.rest.call(deleteConversationRoute, { params, query: { clientId: 'end' } })).toEqual(
      {},
    );
    await bob.chat.receives(conversationDeleted);
    expect(await bob.rest.call(getConversations)).toEqual([]);
  });

  it('have members, who come, go and change their roles as over the socket', async () => {
    const [alice, bob, carol] = await people('alice', 'bob', 'carol');
    const group = await alice.group(bob);
    const { _id: id } = group;
    const params = { id };
    await alice.rest.call(postMember, { params, body: { userIds: [carol.id] } });
    await carol.chat.receives(memberAdded);
    expect(await carol.rest.call(getMembers, { params })).toEqual(
      await carol.emit(listMembers, placeOf(group)),
    );
    const page = await carol.rest.request(`${pathOf(getMembers, { params })}?limit=2`);
    expect(page.body).toMatchObject({ data: [{}, {}], page: { next: String(sorted(alice, bob, carol)[1]) } });
    expect(await alice.rest.call(postModerator, { params, body: { userId: bob.id } })).toMatchObject({
      moderator_ids: [bob.id],
    });
    expect(await alice.rest.call(deleteModerator, { params: { id, userId: bob.id } })).toMatchObject({
      moderator_ids: [],
    });
    expect(await alice.rest.call(deleteMember, { params: { id, userId: bob.id } })).toMatchObject({
      participants: sorted(alice, carol),
    });
    await bob.chat.receives(memberRemoved);
    expect(await alice.rest.call(postTransfer, { params, body: { userId: carol.id } })).toMatchObject({
      admin_id: carol.id,
    });
    expect(await alice.rest.call(postLeave, { params, body: {} })).toEqual({});
    expect(await carol.rest.call(getConversationRoute, { params })).toMatchObject({
      participants: [carol.id],
    });
  });

  it('are refused by the same policy', async () => {
    const [alice, bob, carol] = await people('alice', 'bob', 'carol');
    const { _id: id } = await alice.group(bob, carol);
    const refusals = async (who: Person, userId: number) => {
      const all = Object.entries(callsOf(who, id, userId)).map(async ([name, call]) => [
        name,
        await codeOf(call()).catch(() => 'allowed'),
      ]);
      return Object.fromEntries(await Promise.all(all)) as Record<string, string>;
    };
    const denied = ['patch', 'delete', 'add', 'remove', 'promote', 'demote', 'transfer'].map((name) => [
      name,
      'FORBIDDEN',
    ]);
    const { leave: _leave, ...calls } = callsOf(bob, id, carol.id);
    for (const [name, call] of Object.entries(calls)) {
      const expected = (Object.fromEntries(denied) as Record<string, string>)[name] ?? 'allowed';
      expect([name, await codeOf(call()).catch(() => 'allowed')]).toEqual([name, expected]);
    }
    expect(await codeOf(callsOf(alice, id, bob.id).leave())).toBe('CONFLICT');
    const [eve] = await people('eve');
    const strangers = await refusals(eve, carol.id);
    expect(new Set(Object.values(strangers))).toEqual(new Set(['NOTFOUND']));
  });

  it.each([
    ['an id that is none', '/conversations/x', 'id'],
    ['a limit that is too high', `/conversations/${'f'.repeat(24)}/members?limit=5000`, 'limit'],
    ['a cursor that nobody gave', '/conversations?cursor=x', 'cursor'],
    ['a field that nobody knows', '/conversations?where=1', 'where'],
  ])('name what is wrong: %s', async (_what, path, field) => {
    const [alice] = await people('alice');
    const answer = await alice.rest.request(path);
    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field }] } } });
  });
});
