import { editMessage, sendMessage } from '@app/contracts';
import { eventually } from '@app/testing';
import { mongo, type Connection } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { DATABASE } from '@app/mongodb';
import type { SearchEntry } from '../src/search/entry';
import { SearchEntryRepository } from '../src/search/search-entry.repository';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { Elsewhere, indexed, search, searchAll } from './support/searching';

const service = useChatService();
const elsewhere = new Elsewhere(service);

describe('pages', () => {
  const PER_CONVERSATION = 6;
  const CONVERSATIONS = 205;
  let alice: Person;
  let ids: string[];
  const texts = Array.from({ length: PER_CONVERSATION }, (_, index) => `ubiquitous text ${index}`);

  beforeAll(async () => {
    const [first, bob] = await service().people('alice', 'bob');
    alice = first;
    const { _id: conversationId } = await alice.group(bob);
    const { _id: template } = await alice.emit(sendMessage, { conversationId, content: 'a first one' });
    ids = await elsewhere.copies(conversationId, CONVERSATIONS);
    await elsewhere.fill(ids, texts, template);
    await eventually(
      () => elsewhere.collection('search_entries').countDocuments({ words: 'ubiquitous' }),
      (count) => expect(count).toBe(CONVERSATIONS * PER_CONVERSATION),
      30_000,
    );
  });

  it.each([
    ['a word that is everywhere', 'ubiquitous'.concat(' '), 97],
    ['its beginning', 'ubiq', 100],
    ['several words', 'text ubiquitous', 64],
  ])(
    'of %s, over more conversations than one scan takes, lose nothing and double nothing',
    async (_what, query, limit) => {
      let more = 0;
      const found = await searchAll(alice, query, limit, () =>
        alice.emit(sendMessage, {
          conversationId: ids[more++ % ids.length]!,
          content: 'ubiquitous text, said meanwhile',
        }),
      );
      expect(new Set(found.map(({ _id }) => _id)).size).toBe(found.length);
      const known = found.filter(({ content }) => texts.includes(content));
      expect(known).toHaveLength(CONVERSATIONS * PER_CONVERSATION);
      const times = found.map(({ created_at }) => created_at);
      expect(times).toEqual(times.toSorted().toReversed());
      for (const id of ids.slice(0, 10)) {
        const seqs = found.filter(({ conversation_id }) => conversation_id === id).map(({ seq }) => seq);
        expect(seqs).toEqual(seqs.toSorted((a, b) => b - a));
      }
    },
  );

  it('tell a total that ends at a thousand, exact below', async () => {
    expect((await search(alice, 'ubiquitous ')).page).toMatchObject({ total: 1_000, more: true });
    expect((await search(alice, 'ubiquitous 5')).page).toMatchObject({ total: CONVERSATIONS, more: false });
    expect((await search(alice, 'text 5', { conversationId: ids[0]! })).page).toEqual({
      next: null,
      total: 1,
      more: false,
    });
  });

  it('tell the same total on each of them, the last one too', async () => {
    const within = { conversationId: ids[0]!, limit: 3 };
    const pages = [await search(alice, 'ubiquitous ', within)];
    for (let cursor = pages[0]?.page?.next; cursor; cursor = pages.at(-1)?.page?.next)
      pages.push(await search(alice, 'ubiquitous ', { ...within, cursor }));
    expect(pages.length).toBeGreaterThan(1);
    const count = pages.flatMap(({ data }) => data).length;
    expect(pages.map(({ page }) => page?.total)).toEqual(pages.map(() => count));
  });

  it('have a rare word once, though others have said it, too', async () => {
    const [carol, dave] = await service().people('carol', 'dave');
    const { _id: others } = await carol.group(dave);
    for (const content of ['a platypus', 'one more platypus', 'platypus'])
      await carol.emit(sendMessage, { conversationId: others, content });
    const conversationId = ids[7]!;
    const { _id: own } = await alice.emit(sendMessage, { conversationId, content: 'a platypus' });
    await eventually(
      () => search(alice, 'platypus '),
      ({ data, page }) => {
        expect(data.map(({ _id }) => _id)).toEqual([own]);
        expect(page).toMatchObject({ total: 1, more: false });
      },
    );
    expect((await search(carol, 'platypus ')).page).toMatchObject({ total: 3 });
  });

  it('can be skipped, as far as a cursor comes', async () => {
    const query = 'ubiquitous 3';
    const all = (await searchAll(alice, query, 100)).map(({ _id }) => _id);
    const skipped = await search(alice, query, { skip: 50, limit: 20 });
    expect(skipped.data.map(({ _id }) => _id)).toEqual(all.slice(50, 70));
    const next = await search(alice, query, { cursor: skipped.page!.next!, limit: 20 });
    expect(next.data.map(({ _id }) => _id)).toEqual(all.slice(70, 90));
  });

  it('read as many keys as they show messages, whatever the number of those that fit', async () => {
    await service().app.get<Connection>(DATABASE).db!.command({ profile: 2 });
    try {
      await search(alice, 'ubiquitous ', { conversationId: ids[0]!, limit: 2 });
      await search(alice, 'ubiquitous ', { limit: 5 });
      await search(alice, 'ubiq', { limit: 5 });
      await search(alice, 'text 5 ubiquitous', { limit: 5 });
    } finally {
      await service().app.get<Connection>(DATABASE).db!.command({ profile: 0 });
    }
    const profile = await elsewhere
      .collection('system.profile')
      .find({ ns: /\.(search_entries|messages)$/ })
      .toArray();
    // What the service does by itself, now and then, is not what is looked at here.
    const asked = profile.filter(({ command }) => !/"(outbox|expires_at)/.test(JSON.stringify(command)));
    const reads = asked.filter(
      ({ op, command }) => op === 'query' || (command as { aggregate?: string }).aggregate,
    );
    // Entries and messages, for each of the four.
    expect(reads.length).toBeGreaterThanOrEqual(8);
    for (const read of reads) {
      expect(read.planSummary, JSON.stringify(read.command)).toMatch(/^(IXSCAN|COUNT_SCAN|IDHACK)/);
      expect(read.hasSortStage ?? false, JSON.stringify(read.command)).toBe(false);
    }
    const pages = reads.filter(({ command }) => (command as { sort?: object }).sort);
    // One key per conversation to begin with, and then one per message, or per step of the 200 by which words are compared.
    for (const { keysExamined, command } of pages)
      expect(keysExamined, JSON.stringify(command)).toBeLessThan(450);
  });
});

describe('what a process that died has left', () => {
  it('is indexed by another one: by its mark', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    await indexed(alice, conversationId);
    await elsewhere.store(conversationId, { content: 'heron of another process' });
    await elsewhere.store(conversationId, { content: 'and one more heron' });
    await elsewhere.abandon(conversationId);
    await eventually(
      () => search(bob, 'heron'),
      ({ data }) => expect(data).toHaveLength(2),
    );
  });

  it('without a mark: with the next message of the conversation', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    await indexed(alice, conversationId);
    await elsewhere.store(conversationId, { content: 'stork of another process' });
    await indexed(alice, conversationId);
    expect((await search(bob, 'stork')).data).toHaveLength(1);
  });

  it('without a mark and in a silent conversation, also from before there was a search: by the rounds through all of them', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    await indexed(alice, conversationId);
    await elsewhere.store(conversationId, { content: 'ibis of another process' });
    await elsewhere.collection('search_progress').deleteOne({ _id: new mongo.ObjectId(conversationId) });
    await elsewhere
      .collection('search_entries')
      .deleteMany({ conversation_id: new mongo.ObjectId(conversationId) });
    await elsewhere.forgetRounds();
    await eventually(
      () => search(bob, 'ibis'),
      ({ data }) => expect(data).toHaveLength(1),
    );
    expect(
      await elsewhere.collection('search_entries').countDocuments({
        conversation_id: new mongo.ObjectId(conversationId),
      }),
    ).toBe(2);
  });

  it('is not undone by one that comes too late with an older version', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const { _id } = await alice.emit(sendMessage, { conversationId, content: 'flamingo' });
    await indexed(alice, conversationId);
    const index = service().app.get(SearchEntryRepository);
    const older = (await elsewhere.collection('search_entries').findOne({
      _id: new mongo.ObjectId(_id),
    })) as unknown as SearchEntry;
    await alice.emit(editMessage, { messageId: _id, content: 'cormorant' });
    await indexed(alice, conversationId);
    await index.store([older], [older]);
    expect(await elsewhere.collection('search_entries').findOne({ _id: older._id })).toMatchObject({
      words: ['cormorant', '~cor'],
    });
  });
});
