import {
  deleteMessage,
  editMessage,
  getFoundMessages,
  pathOf,
  searchMessages,
  sendMessage,
  type Fields,
  type SearchMessagesDto,
  type SendMessageDto,
  type SystemDto,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { mongo } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { SEARCH_CORPUS } from './support/search-corpus';
import { contentsOf, Elsewhere, indexed, search, sendAll } from './support/searching';

const service = useChatService();
const elsewhere = new Elsewhere(service);

describe('the corpus', () => {
  const cases = Object.values(SEARCH_CORPUS).flat();
  const forms = (text: string) => [...new Set([text.normalize('NFC'), text.normalize('NFD')])];
  let alice: Person;
  let conversationId: string;

  beforeAll(async () => {
    const [first, bob] = await service().people('alice', 'bob');
    alice = first;
    conversationId = (await alice.group(bob))._id;
    await sendAll(
      alice,
      conversationId,
      cases.flatMap(({ text }) => forms(text)),
    );
    await indexed(alice, conversationId);
  });

  it.each(cases)('finds and misses "$text"', async ({ text, finds, misses }) => {
    const find = async (query: string) => contentsOf((await search(alice, query, { limit: 100 })).data);
    for (const query of finds.flatMap(forms))
      expect(await find(query), query).toEqual(expect.arrayContaining(forms(text)));
    for (const query of misses.flatMap(forms))
      for (const form of forms(text)) expect(await find(query), query).not.toContain(form);
  });
});

describe('a search', () => {
  it('gives whole messages, newest first, with places to highlight, within two seconds, also over REST', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const first = await alice.emit(sendMessage, { conversationId, content: 'A Zebra, no: two zebras' });
    const second = await alice.emit(sendMessage, {
      conversationId,
      content: 'the zebra again',
      type: 'image',
      attachments: ['https://x/1'],
    });
    const ask = () => search(bob, 'zebra');
    const answer = await eventually(ask, ({ data }) => expect(data).toHaveLength(2), 2_000);
    expect(answer.data).toEqual([
      { ...second, highlights: [{ start: 4, end: 9 }] },
      {
        ...first,
        highlights: [
          { start: 2, end: 7 },
          { start: 17, end: 23 },
        ],
      },
    ]);
    expect(answer.page).toEqual({ next: null, total: 2, more: false });
    const rest = await bob.rest.request(pathOf(getFoundMessages, { query: { query: 'zebra', limit: 1 } }));
    expect(rest).toMatchObject({
      status: 200,
      body: { ok: true, data: [answer.data[0]], page: { total: 2 } },
    });
  });

  it('can be narrowed by conversation, sender, time and type, and all of them hold', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const here = (await alice.group(bob))._id;
    const there = (await alice.group(bob))._id;
    const say = (
      person: Person,
      conversationId: string,
      content: string,
      type: SendMessageDto['type'] = 'text',
    ) => person.emit(sendMessage, { conversationId, content, type });
    await say(bob, here, 'narrow two', 'image');
    await say(alice, there, 'something else');
    await elsewhere.store(here, {
      content: 'narrow one',
      sender_id: alice.id,
      created_at: new Date('2026-01-01T10:00:00.000Z'),
    });
    await elsewhere.store(there, {
      content: 'narrow three',
      created_at: new Date('2026-01-02T00:00:00.000Z'),
      sender_id: bob.id,
    });
    await elsewhere.abandon(here, there);
    const find = async (more: Partial<Fields<SearchMessagesDto>>) =>
      contentsOf((await search(bob, 'narrow', more)).data);
    await eventually(
      () => find({ endDate: '2026-01-03' }),
      (found) => expect(found).toEqual(['narrow three', 'narrow one']),
    );
    expect(await find({})).toEqual(['narrow two', 'narrow three', 'narrow one']);
    expect(await find({ conversationId: here })).toEqual(['narrow two', 'narrow one']);
    expect(await find({ senderId: bob.id })).toEqual(['narrow two', 'narrow three']);
    expect(await find({ senderId: bob.id, conversationId: there })).toEqual(['narrow three']);
    expect(await find({ senderId: 1 })).toEqual([]);
    expect(await find({ type: 'image' })).toEqual(['narrow two']);
    expect(await find({ type: 'text', senderId: bob.id })).toEqual(['narrow three']);
    expect(await find({ startDate: '2026-01-02' })).toEqual(['narrow two', 'narrow three']);
    expect(await find({ startDate: '2026-01-01', endDate: '2026-01-02' })).toEqual(['narrow one']);
    expect(
      await find({ startDate: '2026-01-02T01:00:00+01:00', endDate: '2026-01-02T00:00:00.001Z' }),
    ).toEqual(['narrow three']);
  });

  it('shows a message as it is now: what was deleted is gone at once, what was edited is found by its new text', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const kept = await alice.emit(sendMessage, { conversationId, content: 'walrus' });
    const gone = await alice.emit(sendMessage, { conversationId, content: 'walrus too' });
    const find = async (query: string) => contentsOf((await search(bob, query)).data);
    await eventually(
      () => find('walrus'),
      (found) => expect(found).toHaveLength(2),
    );
    await alice.emit(deleteMessage, { messageId: gone._id });
    expect(await find('walrus')).toEqual(['walrus']);
    await alice.emit(editMessage, { messageId: kept._id, content: 'pelican' });
    expect(await find('walrus')).toEqual([]);
    await eventually(
      () => find('pelican'),
      (found) => expect(found).toEqual(['pelican']),
      2_000,
    );
    const entries = elsewhere.collection('search_entries').find({
      conversation_id: new mongo.ObjectId(conversationId),
    });
    await eventually(
      () => entries.clone().toArray(),
      (found) => expect(found.map(({ words }) => words as unknown)).toEqual([['pelican', '~pel'], []]),
    );
  });

  it('reaches into the own conversations only, and asks for one of others like for one that is not there', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const { _id: conversationId } = await alice.group(bob, eve);
    const { _id: closed } = await alice.group(bob);
    await alice.emit(sendMessage, { conversationId, content: 'giraffe for everybody' });
    await alice.emit(sendMessage, { conversationId: closed, content: 'giraffe for two' });
    await indexed(alice, closed);
    await indexed(alice, conversationId);
    expect(contentsOf((await search(eve, 'giraffe')).data)).toEqual(['giraffe for everybody']);
    expect((await search(eve, 'giraffe')).page).toMatchObject({ total: 1 });
    for (const id of [closed, 'f'.repeat(24)]) {
      const refusal = await refusalOf(search(eve, 'giraffe', { conversationId: id }));
      expect(refusal).toMatchObject({ code: 'NOTFOUND', fields: [] });
    }
  });

  const change = (person: Person, conversationId: string, system: SystemDto) =>
    service()
      .app.get(ConversationStates)
      .change({ userId: person.id }, conversationId, undefined, () => system);

  it('finds nothing for somebody who was removed, also while the list of their conversations lags behind', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const { _id: conversationId } = await alice.group(bob, eve);
    await alice.emit(sendMessage, { conversationId, content: 'ostrich' });
    await indexed(eve, conversationId);
    expect((await search(eve, 'ostrich')).data).toHaveLength(1);
    await change(alice, conversationId, { action: 'member-removed', userIds: [eve.id] });
    const former = { conversation_id: new mongo.ObjectId(conversationId), user_id: eve.id };
    await elsewhere.collection('memberships').updateOne(former, { $set: { active: true } });
    expect((await search(eve, 'ostrich')).data).toEqual([]);
    await elsewhere.collection('memberships').updateOne(former, { $set: { active: false } });
    expect(await search(eve, 'ostrich')).toMatchObject({ data: [], page: { total: 0 } });
    const refusal = await refusalOf(search(eve, 'ostrich', { conversationId }));
    expect(refusal.code).toBe('NOTFOUND');
    expect((await search(bob, 'ostrich')).data).toHaveLength(1);
  });

  it('knows nothing any more of a conversation that was deleted', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    await sendAll(alice, conversationId, ['emu', 'emu again']);
    await indexed(alice, conversationId);
    await change(alice, conversationId, { action: 'conversation-deleted', userIds: [] });
    expect((await search(alice, 'emu')).data).toEqual([]);
    await eventually(
      () =>
        elsewhere
          .collection('search_entries')
          .countDocuments({ conversation_id: new mongo.ObjectId(conversationId) }),
      (count) => expect(count).toBe(0),
    );
  });

  it.each<[string, object, string]>([
    ['no words', { query: '.*' }, 'query'],
    ['an empty query', { query: '' }, 'query'],
    ['a query that is too long', { query: 'x'.repeat(129) }, 'query'],
    ['an operator', { query: { $gt: '' } }, 'query'],
    ['a time without zone', { query: 'x', startDate: '2026-01-01T10:00' }, 'startDate'],
    ['a day that is none', { query: 'x', endDate: '2026-02-30' }, 'endDate'],
    ['an end before the start', { query: 'x', startDate: '2026-01-02', endDate: '2026-01-01' }, 'endDate'],
    ['too large a page', { query: 'x', limit: 101 }, 'limit'],
    ['a far skip', { query: 'x', skip: 1_001 }, 'skip'],
    ['two ways to page', { query: 'x', skip: 0, cursor: 'a'.repeat(24) }, 'skip'],
    ['a cursor of somebody’s own', { query: 'x', cursor: '{"$gt":""}' }, 'cursor'],
    ['system messages', { query: 'x', type: 'system' }, 'type'],
    ['an unknown field', { query: 'x', $where: '1' }, '$where'],
  ])('refuses %s, and names the field', async (_what, payload, field) => {
    const [alice] = await service().people('alice');
    const refusal = await refusalOf(alice.emit(searchMessages, payload as SearchMessagesDto));
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: [field] });
  });

  it('takes no word of a query for anything but a word', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    await sendAll(alice, conversationId, ['plain text', '$where 1', 'a.*b']);
    await indexed(alice, conversationId);
    const find = async (query: string) => contentsOf((await search(alice, query)).data);
    for (const query of ['pl.*', '^plain$ x', 'plain|nothing', '[a-z]+', '{"$gt":"a"}', '\\w+'])
      expect(await find(query), query).toEqual([]);
    expect(await find('$where')).toEqual(['$where 1']);
    expect(await find('a.*b')).toEqual(['a.*b']);
    expect(await find('"plain"')).toEqual(['plain text']);
  });
});
