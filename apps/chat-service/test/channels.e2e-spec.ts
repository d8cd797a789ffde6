import {
  conversationInvited,
  createConversation,
  getChannels,
  getConversation,
  joinChannel,
  listChannels,
  listMessages,
  messageCreated,
  postJoinChannel,
  sendMessage,
  type ChannelDto,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import type { Connection, mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { DATABASE } from '@app/mongodb';
import { DepartedUsers } from '../src/departures/departed-users';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const MAX_GROUP_SIZE = 4;
const service = useChatService({ MAX_GROUP_SIZE: String(MAX_GROUP_SIZE) });
const UNKNOWN = 'f'.repeat(24);

let nextTopic = 0;
/** A word that stands in the names of no other test. */
const topic = () => `topic${String.fromCharCode(97 + nextTopic++)}`;

const open = (by: Person, name: string, ...others: Person[]) =>
  by.emit(createConversation, { type: 'channel', name, participantIds: others.map(({ id }) => id) });
const found = async (who: Person, query: string) => {
  const bySocket = await who.emit(listChannels, { query, limit: 100 });
  expect(await who.rest.call(getChannels, { query: { query, limit: 100 } })).toEqual(bySocket);
  return bySocket;
};
const names = (channels: ChannelDto[]) => channels.map(({ name }) => name);
const change = (
  by: Person,
  id: string,
  system: { action: 'conversation-updated' | 'conversation-deleted'; name?: string },
) =>
  service()
    .app.get(ConversationStates)
    .change({ userId: by.id }, id, undefined, () => ({ userIds: [], ...system }));

describe('a channel', () => {
  it('is opened by one, with or without others, and needs a name', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const alone = await alice.emit(createConversation, { type: 'channel', name: topic() });
    expect(alone).toMatchObject({ type: 'channel', participants: [alice.id], admin_id: alice.id });
    expect(alone.code).toMatch(/^.{6}$/);
    expect((await open(alice, topic(), bob)).participants).toEqual([alice.id, bob.id]);
    for (const name of [undefined, ' ']) {
      const nameless = alice.emit(createConversation, {
        type: 'channel',
        ...(name !== undefined && { name }),
      });
      expect(await refusalOf(nameless)).toMatchObject({ code: 'BAD_REQUEST', fields: ['name'] });
    }
    const group = alice.emit(createConversation, { name: 'not a channel' });
    expect((await refusalOf(group)).fields).toEqual(['participantIds']);
  });

  it('is not listed any more when it is deleted, neither by a word nor among all', async () => {
    const [alice, eve] = await service().people('alice', 'eve');
    const name = topic();
    const { _id } = await open(alice, name);
    const isListed = async () => {
      let cursor: string | undefined;
      do {
        const { data, page } = await eve.chat.ask(listChannels, { limit: 100, ...(cursor && { cursor }) });
        if (data.some((channel) => channel._id === _id)) return true;
        cursor = page?.next ?? undefined;
      } while (cursor !== undefined);
      return false;
    };
    expect(await isListed()).toBe(true);
    await change(alice, _id, { action: 'conversation-deleted' });
    expect(await found(eve, name)).toEqual([]);
    expect(await isListed()).toBe(false);
  });

  it('is seen by everybody, without its code and its members', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const name = topic();
    const channel = await open(alice, name, bob);
    const seen = {
      _id: channel._id,
      name,
      avatar: null,
      description: null,
      memberCount: 2,
      joined: false,
      created_at: channel.created_at,
    };
    expect(await found(eve, name)).toEqual([seen]);
    expect(await found(bob, name)).toEqual([{ ...seen, joined: true }]);
    await service().app.get(DepartedUsers).mark(bob.id, new Date());
    expect(await found(eve, name)).toEqual([{ ...seen, memberCount: 1 }]);
  });

  it('is read by its members alone', async () => {
    const [alice, eve] = await service().people('alice', 'eve');
    const { _id: conversationId } = await open(alice, topic());
    await alice.emit(sendMessage, { conversationId, content: 'for members' });
    const refusals = await Promise.all(
      [
        eve.emit(getConversation, { conversationId }),
        eve.emit(listMessages, { conversationId }),
        eve.emit(sendMessage, { conversationId, content: 'hi' }),
      ].map(refusalOf),
    );
    expect(refusals.map(({ code }) => code)).toEqual(Array(3).fill('NOTFOUND'));
  });

  it('is joined by whoever wants to; a member gets it again', async () => {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    const { _id: conversationId, code } = await open(alice, topic());
    const joined = await bob.emit(joinChannel, { conversationId });
    expect(joined).toMatchObject({ _id: conversationId, code, participants: [alice.id, bob.id] });
    await alice.chat.receives(messageCreated, ({ system }) => system?.action === 'member-joined');
    await carol.rest.call(postJoinChannel, { params: { id: conversationId }, body: {} });
    await Promise.all([1, 2, 3].map(() => bob.emit(joinChannel, { conversationId })));
    expect(await alice.emit(listMessages, { conversationId })).toHaveLength(2);
    await carol.emit(sendMessage, { conversationId, content: 'hello' });
    await bob.chat.receives(messageCreated, ({ content }) => content === 'hello');
    expect(bob.chat.received(conversationInvited)).toEqual([]);
  });

  it('has room for so many, also when they come at once', async () => {
    const [alice, ...crowd] = await service().people('alice', 'b', 'c', 'd', 'e', 'f', 'g');
    const { _id: conversationId } = await open(alice, topic());
    const results = await Promise.allSettled(crowd.map((who) => who.emit(joinChannel, { conversationId })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_GROUP_SIZE - 1);
    const outside = crowd.find((_who, index) => results[index]?.status === 'rejected')!;
    expect((await refusalOf(outside.emit(joinChannel, { conversationId }))).code).toBe('CONFLICT');
    const { participants } = await alice.emit(getConversation, { conversationId });
    expect(participants).toHaveLength(MAX_GROUP_SIZE);
  });

  it('cannot be joined when it is none: a group, a private conversation, a deleted one, one that nobody has', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const name = topic();
    const gone = await open(alice, name);
    await change(alice, gone._id, { action: 'conversation-deleted' });
    const ids = [(await alice.group(bob))._id, (await service().talk(alice, bob))._id, gone._id, UNKNOWN];
    for (const id of ids) {
      const refusals = await Promise.all(
        [
          eve.emit(joinChannel, { conversationId: id }),
          eve.rest.call(postJoinChannel, { params: { id }, body: {} }),
        ].map(refusalOf),
      );
      for (const { message } of refusals) expect(message).toContain('NOTFOUND conversation not found');
    }
    expect(await found(eve, name)).toEqual([]);
    expect((await refusalOf(alice.emit(joinChannel, { conversationId: ids[0]! }))).code).toBe('CONFLICT');
  });
});

describe('the list of channels', () => {
  it('finds beginnings of words of the name, without case and accents, in any order', async () => {
    const [alice] = await service().people('alice');
    const own = topic();
    for (const name of ['Café Zürich', 'Cafeteria', 'Zoo café', 'Tiếng Việt'])
      await open(alice, `${name} ${own}`);
    const find = async (query: string) =>
      names(await found(alice, `${query} ${own}`)).map((name) => name.replace(` ${own}`, ''));
    expect(await find('cafe')).toEqual(['Café Zürich', 'Cafeteria', 'Zoo café']);
    expect(await find('CAFÉ z')).toEqual(['Café Zürich', 'Zoo café']);
    expect(await find('zur cafe')).toEqual(['Café Zürich']);
    expect(await find('tieng viet')).toEqual(['Tiếng Việt']);
    expect(await find('afe')).toEqual([]);
    expect(await find('cafeterias')).toEqual([]);
    expect(await found(alice, own.slice(0, -1))).not.toEqual([]);
  });

  it('takes a query for text, whatever is in it', async () => {
    const [alice] = await service().people('alice');
    const name = topic();
    await open(alice, name);
    for (const query of ['.*', '^', '$', '%', '*'.repeat(100)]) expect(await found(alice, query)).toEqual([]);
    expect(names(await found(alice, `.*${name}.*`))).toEqual([name]);
    const { fields } = await refusalOf(alice.emit(listChannels, { query: { $gt: '' } as unknown as string }));
    expect(fields).toEqual(['query']);
  });

  it('follows the name', async () => {
    const [alice, eve] = await service().people('alice', 'eve');
    const [before, after] = [topic(), topic()];
    const { _id } = await open(alice, before);
    await change(alice, _id, { action: 'conversation-updated', name: `Now ${after}` });
    expect(await found(eve, before)).toEqual([]);
    expect(names(await found(eve, after))).toEqual([`Now ${after}`]);
  });

  it('holds no groups and no private conversations', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const name = topic();
    await alice.emit(createConversation, { name, participantIds: [bob.id] });
    await service().talk(alice, bob);
    expect(await found(alice, name)).toEqual([]);
  });

  it('comes in pages in the order of names, each once, also when names are alike', async () => {
    const [alice] = await service().people('alice');
    const own = topic();
    const all = ['b', 'B', 'a', 'c', 'b', 'Ä'].map((letter) => `${letter} ${own}`);
    for (const name of all) await open(alice, name);
    const seen: ChannelDto[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await alice.chat.ask(listChannels, { query: own, limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.data);
      cursor = page.page?.next ?? null;
    }
    expect(names(seen).map((name) => name[0])).toEqual(['a', 'Ä', 'b', 'B', 'b', 'c']);
    expect(new Set(seen.map(({ _id }) => _id)).size).toBe(all.length);
  });

  it.each([
    ['limit', { limit: 101 }],
    ['query', { query: 'x'.repeat(101) }],
    ['query', { query: '' }],
    ['cursor', { cursor: 'made up' }],
  ])('refuses a bad %s: %j', async (field, payload) => {
    const [alice] = await service().people('alice');
    const refusals = await Promise.all(
      [alice.emit(listChannels, payload), alice.rest.call(getChannels, { query: payload })].map(refusalOf),
    );
    expect(refusals.map(({ code, fields }) => [code, fields])).toEqual(
      Array(2).fill(['BAD_REQUEST', [field]]),
    );
  });

  it('is read from indexes in its order', async () => {
    const [alice] = await service().people('alice');
    await open(alice, topic());
    const conversations = service().app.get<Connection>(DATABASE).collection('conversations');
    for (const query of [
      { list_key: { $gt: '' } },
      { list_key: { $gt: 'a' }, list_words: { $all: ['t', 'o'] } },
    ]) {
      const plan = (await conversations
        .find(query as mongo.Filter<mongo.Document>)
        .sort({ list_key: 1 })
        .limit(21)
        .explain('queryPlanner')) as { queryPlanner: { winningPlan: object } };
      const stages = JSON.stringify(plan.queryPlanner.winningPlan);
      expect(stages).toContain('IXSCAN');
      expect(stages).not.toContain('"SORT"');
      expect(stages).toContain('list_words' in query ? 'list_words_1_list_key_1' : 'list_key_1');
    }
  });
});
