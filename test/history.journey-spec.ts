import { listMessages, sendMessage, type MessageDto } from '@app/contracts';
import { refusalOf, useSystem, type Actor } from '@app/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { upTo } from './support/talk';

const COUNT = 45;

describe('the history of a conversation', () => {
  const system = useSystem();
  let alice: Actor;
  let conversationId: string;
  let newestFirst: MessageDto[];

  beforeAll(async () => {
    const [first, second] = await system.connected('alice', 'bob');
    alice = first;
    conversationId = (await alice.createGroup([second]))._id;
    for (const n of upTo(COUNT)) await alice.emit(sendMessage, { conversationId, content: `message ${n}` });
    newestFirst = await alice.emit(listMessages, { conversationId, limit: 100 });
  });

  const seqs = (messages: MessageDto[]) => messages.map(({ seq }) => seq);
  const down = (from: number, count: number) => upTo(count).map((n) => from - n + 1);

  it('is whole, newest first', () => {
    expect(seqs(newestFirst)).toEqual(down(COUNT, COUNT));
  });

  it('comes in pages of 20 unless asked otherwise', async () => {
    expect(seqs(await alice.emit(listMessages, { conversationId }))).toEqual(down(COUNT, 20));
    expect(seqs(await alice.emit(listMessages, { conversationId, limit: 3 }))).toEqual(down(COUNT, 3));
  });

  it('is walked to its beginning by page.next', async () => {
    const walked: number[] = [];
    for (let before: string | null | undefined; before !== null;) {
      const { data, page } = await alice.chat.ask(listMessages, {
        conversationId,
        limit: 7,
        ...(before && { before }),
      });
      walked.push(...seqs(data));
      before = page!.next;
    }
    expect(walked).toEqual(down(COUNT, COUNT));
  });

  it.each(['seq', 'id', 'date'] as const)('pages before a %s', async (kind) => {
    const pivot = newestFirst.find(({ seq }) => seq === 30)!;
    const before = { seq: String(pivot.seq), id: pivot._id, date: pivot.created_at }[kind];
    const page = await alice.emit(listMessages, { conversationId, before, limit: 5 });
    const older = newestFirst.filter((message) =>
      kind === 'date' ? message.created_at < pivot.created_at : message.seq < pivot.seq,
    );
    expect(seqs(page)).toEqual(seqs(older.slice(0, 5)));
  });

  it.each(['seq', 'id', 'date'] as const)('pages after a %s: the next ones, newest first', async (kind) => {
    const pivot = newestFirst.find(({ seq }) => seq === 10)!;
    const after = { seq: String(pivot.seq), id: pivot._id, date: pivot.created_at }[kind];
    const page = await alice.emit(listMessages, { conversationId, after, limit: 5 });
    const newer = newestFirst.filter((message) =>
      kind === 'date' ? message.created_at > pivot.created_at : message.seq > pivot.seq,
    );
    expect(seqs(page)).toEqual(seqs(newer.slice(-5)));
  });

  it('takes a seq as a number too', async () => {
    const ack = await alice.emitRaw(listMessages.name, { conversationId, before: 3 });
    expect(ack).toMatchObject({ ok: true, data: [{ seq: 2 }, { seq: 1 }] });
  });

  it.each([
    ['before', { before: 'yesterday' }],
    ['before', { before: '2026-99-99T00:00:00Z' }],
    ['after', { after: '-1' }],
    ['limit', { limit: 0 }],
    ['limit', { limit: 101 }],
  ])('refuses a bad %s: %j', async (field, wrong) => {
    const refusal = await refusalOf(alice.emit(listMessages, { conversationId, ...wrong }));
    expect(refusal.code).toBe('BAD_REQUEST');
    expect(refusal.fields).toContain(field);
  });
});
