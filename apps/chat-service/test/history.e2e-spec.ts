import { listMessages, sendMessage, type MessageDto } from '@app/contracts';
import { refusalOf } from '@app/testing';
import { mongo } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const service = useChatService();

type Answer = { data: MessageDto[]; page?: { next: string | null; prev?: string | null } };

/** Twenty messages of three moments: 1–5, 6–15 and 16–20 have the same time. */
const [FIRST, SECOND, THIRD] = [
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.001Z',
  '2026-01-01T00:00:00.002Z',
];
const momentOf = (seq: number) => (seq <= 5 ? FIRST : seq <= 15 ? SECOND : THIRD);
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

describe('the history of a conversation', () => {
  let alice: Person;
  let bob: Person;
  let conversationId: string;
  let all: MessageDto[];

  beforeAll(async () => {
    [alice, bob] = await service().people('alice', 'bob');
    conversationId = (await alice.group(bob))._id;
    for (const seq of down(20, 1)) await alice.emit(sendMessage, { conversationId, content: `${seq}` });
    for (const moment of [FIRST, SECOND, THIRD]) {
      const seqs = down(20, 1).filter((seq) => momentOf(seq) === moment);
      await service().stored.updateMany(
        { conversation_id: new mongo.ObjectId(conversationId), seq: { $in: seqs } },
        { $set: { created_at: new Date(moment) } },
      );
    }
    all = await bob.emit(listMessages, { conversationId, limit: 100 });
  });

  const list = async (payload: { limit?: number; before?: string; after?: string; around?: string }) =>
    (await bob.emit(listMessages, { conversationId, ...payload })).map(({ seq }) => seq);
  const idOf = (seq: number) => all.find((message) => message.seq === seq)!._id;

  it('is newest first, twenty at a time unless asked otherwise', async () => {
    expect(await list({})).toEqual(down(20, 1));
    expect(await list({ limit: 3 })).toEqual([20, 19, 18]);
    expect(all.map(({ created_at }) => created_at)).toEqual(down(20, 1).map(momentOf));
  });

  it.each([
    ['a seq', (seq: number) => `${seq}`],
    ['a message id', (seq: number) => idOf(seq)],
    ['a message id in capitals', (seq: number) => idOf(seq).toUpperCase()],
  ])('goes on before or after %s, also in the middle of one moment', async (_what, at) => {
    expect(await list({ before: at(10), limit: 3 })).toEqual([9, 8, 7]);
    expect(await list({ before: at(10), limit: 100 })).toEqual(down(9, 1));
    expect(await list({ before: at(1) })).toEqual([]);
    expect(await list({ after: at(10), limit: 3 })).toEqual([13, 12, 11]);
    expect(await list({ after: at(10), limit: 100 })).toEqual(down(20, 11));
    expect(await list({ after: at(20) })).toEqual([]);
  });

  it('goes on before or after a date, that moment itself left out', async () => {
    expect(await list({ before: SECOND })).toEqual(down(5, 1));
    expect(await list({ before: THIRD, limit: 4 })).toEqual([15, 14, 13, 12]);
    expect(await list({ before: FIRST })).toEqual([]);
    expect(await list({ before: '2030-01-01' })).toEqual(down(20, 1));
    expect(await list({ after: SECOND })).toEqual(down(20, 16));
    expect(await list({ after: FIRST, limit: 2 })).toEqual([7, 6]);
    expect(await list({ after: THIRD })).toEqual([]);
    expect(await list({ after: '2020-01-01T00:00:00Z' })).toEqual(down(20, 1));
    expect(await list({ before: '2026-01-01T01:00:00.001+01:00' })).toEqual(down(5, 1));
  });

  it.each([{}, { before: THIRD }, { before: 'the id of 18' }])(
    'loses and repeats nothing when it is followed page by page from %j',
    async (start) => {
      const seen: number[] = [];
      let before: string | null | undefined = start.before?.startsWith('the') ? idOf(18) : start.before;
      while (before !== null) {
        const answer: Answer = await bob.chat.ask(listMessages, {
          conversationId,
          limit: 4,
          ...(before && { before }),
        });
        seen.push(...answer.data.map(({ seq }) => seq));
        before = answer.page!.next;
      }
      expect(seen).toEqual(down(seen[0]!, 1));
      expect(seen[0]).toBe(start.before === undefined ? 20 : start.before === THIRD ? 15 : 17);
    },
  );

  it.each([{ after: '0' }, { after: FIRST }, { around: '3' }])(
    'is followed forward page by page from %j, to the end and no further',
    async (start) => {
      const seen: number[] = [];
      for (let at: object | undefined = start; at;) {
        const answer: Answer = await bob.chat.ask(listMessages, { conversationId, limit: 4, ...at });
        seen.unshift(...answer.data.map(({ seq }) => seq));
        const { prev } = answer.page!;
        at = typeof prev === 'string' ? { after: prev } : undefined;
      }
      expect(seen).toEqual(down(20, 'around' in start ? 1 : start.after === '0' ? 1 : 6));
    },
  );

  it.each([
    ['a seq', '10'],
    ['the id', 'the id of 10'],
  ])('shows what stands around %s of a message, half before, half after', async (_what, place) => {
    const around = place.startsWith('the') ? idOf(10) : place;
    expect(await list({ around, limit: 6 })).toEqual([12, 11, 10, 9, 8, 7]);
    expect(await list({ around, limit: 5 })).toEqual([12, 11, 10, 9, 8]);
    expect(await list({ around, limit: 1 })).toEqual([10]);
    const { page }: Answer = await bob.chat.ask(listMessages, { conversationId, around, limit: 6 });
    expect(page).toEqual({ next: '7', prev: '12' });
  });

  it('shows what stands around the first message from a date on, and at the ends what there is', async () => {
    expect(await list({ around: SECOND, limit: 4 })).toEqual([7, 6, 5, 4]);
    expect(await list({ around: '2030-01-01', limit: 4 })).toEqual([20, 19, 18]);
    expect(await list({ around: '2020-01-01', limit: 4 })).toEqual([2, 1]);
    expect(await list({ around: idOf(19), limit: 4 })).toEqual([20, 19, 18, 17]);
    const { page }: Answer = await bob.chat.ask(listMessages, { conversationId, around: '19', limit: 4 });
    expect(page).toEqual({ next: '17', prev: null });
  });

  it.each(['21', '0', 'f'.repeat(24), 'an id of elsewhere'])('has nothing around %s', async (place) => {
    let around = place;
    if (place.startsWith('an')) {
      const other = (await alice.group(bob))._id;
      around = (await alice.emit(sendMessage, { conversationId: other, content: 'elsewhere' }))._id;
    }
    const { code, message } = await refusalOf(bob.emit(listMessages, { conversationId, around }));
    expect({ code, known: message.includes('message not found') }).toEqual({ code: 'NOTFOUND', known: true });
  });

  it('can be followed forward by the newest id of each page', async () => {
    const seen: number[] = [];
    for (let page = await list({ after: '0', limit: 7 }); page.length > 0;) {
      seen.unshift(...page);
      page = await list({ after: idOf(page[0]!), limit: 7 });
    }
    expect(seen).toEqual(down(20, 1));
  });

  it('knows the ids of its own messages only', async () => {
    const other = (await alice.group(bob))._id;
    const { _id } = await alice.emit(sendMessage, { conversationId: other, content: 'elsewhere' });
    expect(await list({ before: _id })).toEqual([]);
    expect(await list({ after: _id })).toEqual([]);
  });

  it.each([
    ['limit', { limit: 0 }],
    ['limit', { limit: 101 }],
    ['limit', { limit: 1.5 }],
    ['before', { before: 'yesterday' }],
    ['before', { before: '2026-99-99' }],
    ['after', { after: '-1' }],
    ['after', { before: '5', after: '3' }],
    ['around', { after: '5', around: '3' }],
    ['around', { around: 'here' }],
  ])('refuses a bad %s: %j', async (field, payload) => {
    const { code, fields } = await refusalOf(bob.emit(listMessages, { conversationId, ...payload }));
    expect({ code, fields }).toEqual({ code: 'BAD_REQUEST', fields: [field] });
  });
});
