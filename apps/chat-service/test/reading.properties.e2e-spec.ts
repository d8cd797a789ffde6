import {
  countUnread,
  deleteMessage,
  deliverMessage,
  getMessageStatus,
  listMessages,
  markConversationRead,
  markMessagesRead,
  readMessage,
  sendMessage,
  type ListMessagesDto,
  type MessageDto,
  type SystemAction,
} from '@app/contracts';
import type { Connection } from '@app/testing';
import fc from 'fast-check';
import { mongo } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { ReceiptsService } from '../src/receipts/receipts.service';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const service = useChatService();

let people: readonly [Person, Person, Person, Person];
beforeAll(async () => {
  people = await service().people('alice', 'bob', 'carol', 'dave');
});

const MOMENT = Date.parse('2026-01-01T00:00:00.000Z');
const FAR = 3;
/** Many small steps: on a busy machine they take longer than one test may. */
const PATIENCE_MS = 120_000;

/** As many messages as there are gaps; each is so many milliseconds after the one before it, and often none. */
async function said(gaps: readonly number[], deleted: ReadonlySet<number>) {
  const [alice, bob] = people;
  const conversationId = (await alice.group(bob))._id;
  const sent = await Promise.all(
    gaps.map((_, index) => alice.emit(sendMessage, { conversationId, content: `${index + 1}` })),
  );
  let at = MOMENT;
  const times = gaps.map((gap) => (at += gap));
  const conversation_id = new mongo.ObjectId(conversationId);
  if (sent.length > 0)
    await service().stored.bulkWrite(
      sent.map(({ seq }) => ({
        updateOne: {
          filter: { conversation_id, seq },
          update: { $set: { created_at: new Date(times[seq - 1]!) } },
        },
      })),
    );
  await Promise.all(
    sent
      .filter((_, index) => deleted.has(index))
      .map(({ _id }) => alice.emit(deleteMessage, { messageId: _id })),
  );
  return { conversationId, sent: sent.sort((a, b) => a.seq - b.seq), times };
}

describe('pages of any history', () => {
  const history = fc.record({
    gaps: fc.array(fc.constantFrom(0, 0, 0, 1, FAR), { maxLength: 24 }),
    deleted: fc.uniqueArray(fc.nat(23), { maxLength: 5 }),
    limit: fc.integer({ min: 1, max: 9 }),
    place: fc.nat(25),
    by: fc.constantFrom('seq', 'id', 'date'),
  });

  it(
    'hold what stands before, after and around a place, and following them loses and repeats nothing',
    async () => {
      await fc.assert(
        fc.asyncProperty(history, async ({ gaps, deleted, limit, place, by }) => {
          const { conversationId, sent, times } = await said(gaps, new Set(deleted));
          const bob = people[1].chat;
          const page = async (bounds: Partial<ListMessagesDto>) => {
            const { data, page: facts } = await bob.ask(listMessages, { conversationId, limit, ...bounds });
            return { seqs: data.map(({ seq }) => seq), next: facts?.next, prev: facts?.prev };
          };
          const follow = async (start: Partial<ListMessagesDto>, way: 'next' | 'prev') => {
            const seen: number[][] = [];
            for (let bounds: Partial<ListMessagesDto> | undefined = start; bounds;) {
              const answer = await page(bounds);
              seen.push(answer.seqs);
              const cursor: string | null | undefined = answer[way];
              bounds =
                typeof cursor === 'string' ? { [way === 'next' ? 'before' : 'after']: cursor } : undefined;
            }
            return (way === 'next' ? seen : seen.reverse()).flat();
          };
          const all = sent.map(({ seq }) => seq).reverse();

          expect(await follow({}, 'next')).toEqual(all);
          expect(await follow({ after: '0' }, 'prev')).toEqual(all);

          const anchor = sent[place - 1];
          const bound = by === 'seq' ? `${place}` : by === 'id' ? anchor?._id : isoOf(times[place - 1]);
          if (bound === undefined) return;
          // A date stands for all messages of its moment.
          const isBefore = (seq: number) =>
            by === 'date' ? times[seq - 1]! < times[place - 1]! : seq < place;
          const isAfter = (seq: number) =>
            by === 'date' ? times[seq - 1]! > times[place - 1]! : seq > place;
          expect(await follow({ before: bound }, 'next')).toEqual(all.filter(isBefore));
          expect(await follow({ after: bound }, 'prev')).toEqual(all.filter(isAfter));

          const middle = by === 'date' ? times.findIndex((time) => time >= times[place - 1]!) + 1 : place;
          if (!all.includes(middle)) return;
          const [low, high] = [middle - Math.floor(limit / 2), middle + Math.ceil(limit / 2) - 1];
          const window = all.filter((seq) => seq >= low && seq <= high);
          const around = await page({ around: bound });
          expect(around).toEqual({
            seqs: window,
            next: window.at(-1)! > 1 ? `${window.at(-1)}` : null,
            prev: all.includes(high + 1) ? `${window[0]}` : null,
          });
        }),
        { numRuns: 20 },
      );
    },
    PATIENCE_MS,
  );
});

describe('watermarks', () => {
  const COUNT = 6;
  const step = fc.record({
    kind: fc.constantFrom('read', 'delivered', 'messages', 'conversation'),
    seqs: fc.array(fc.integer({ min: 1, max: COUNT }), { minLength: 1, maxLength: 3 }),
  });
  const steps = fc.array(step, { maxLength: 5 });

  it(
    'end where the furthest mark is, whatever comes in which order from two devices',
    async () => {
      const [alice, bob] = people;
      const laptop = await bob.device();
      await fc.assert(
        fc.asyncProperty(steps, steps, async (one, other) => {
          const { conversationId, sent } = await said(Array<number>(COUNT).fill(0), new Set());
          const idOf = (seq: number) => sent[seq - 1]!._id;
          const mark = async (device: Connection, { kind, seqs }: (typeof one)[number]) => {
            const messageId = idOf(seqs[0]!);
            if (kind === 'read') await device.emit(readMessage, { messageId });
            else if (kind === 'delivered') await device.emit(deliverMessage, { messageId });
            else if (kind === 'messages') await device.emit(markMessagesRead, { messageIds: seqs.map(idOf) });
            else await device.emit(markConversationRead, { conversationId, upToSeq: seqs[0]! });
          };
          const work = async (device: Connection, todo: typeof one) => {
            for (const each of todo) await mark(device, each);
          };
          await Promise.all([work(bob.chat, one), work(laptop, other)]);

          const all = [...one, ...other];
          const furthest = (some: typeof one) =>
            Math.max(
              0,
              ...some.map(({ kind, seqs }) => (kind === 'messages' ? Math.max(...seqs) : seqs[0]!)),
            );
          const read = furthest(all.filter(({ kind }) => kind !== 'delivered'));
          const delivered = furthest(all);
          const statuses = await Promise.all(
            sent.map(({ _id }) => alice.emit(getMessageStatus, { messageId: _id })),
          );
          expect(statuses.map(({ status }) => status)).toEqual(
            sent.map(({ seq }) => (seq <= read ? 'read' : seq <= delivered ? 'delivered' : 'sent')),
          );
          const [stored] = await service().app.get(ReceiptsService).listOwn(bob.id, [conversationId]);
          expect(stored ? [stored.read_seq, stored.read_told, stored.delivered_seq] : [0, 0, 0]).toEqual([
            read,
            read,
            delivered,
          ]);
        }),
        { numRuns: 20 },
      );
    },
    PATIENCE_MS,
  );
});

describe('unread counts', () => {
  interface Line {
    sender: number;
    message?: MessageDto;
    deleted: boolean;
  }
  const who = fc.nat(3);
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('send' as const), who }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), who, at: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), who, at: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('read-all' as const), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('system' as const), who: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('come-or-go' as const), who: fc.constant(3) }) },
  );

  it(
    'are those of a simple model after anything that can happen',
    async () => {
      const [alice, bob, carol, dave] = people;
      const everybody = [alice, bob, carol, dave];
      const states = service().app.get(ConversationStates);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          const conversationId = (await alice.group(bob, carol))._id;
          const lines: Line[] = [];
          const read = [0, 0, 0, 0];
          const joined = [0, 0, 0, Infinity];
          const isMember = (index: number) => joined[index]! < Infinity;
          const control = async (action: SystemAction, userIds: number[]) => {
            await states.change({ userId: alice.id }, conversationId, undefined, () => ({ action, userIds }));
            lines.push({ sender: 0, deleted: false });
          };
          for (const each of steps) {
            const index = each.who;
            const person = everybody[index]!;
            if (each.kind === 'come-or-go') {
              const leaves = isMember(3);
              await control(leaves ? 'member-removed' : 'member-added', [dave.id]);
              joined[3] = leaves ? Infinity : lines.length;
            } else if (!isMember(index)) continue;
            else if (each.kind === 'send') {
              const message = await person.emit(sendMessage, { conversationId, content: 'something' });
              lines.push({ sender: index, message, deleted: false });
            } else if (each.kind === 'system') {
              await control('conversation-updated', []);
            } else if (each.kind === 'read-all') {
              await person.emit(markConversationRead, { conversationId });
              read[index] = lines.length;
            } else {
              const line = lines[each.at];
              if (!line?.message) continue;
              const messageId = line.message._id;
              if (each.kind === 'delete') {
                if (!isMember(line.sender)) continue;
                await everybody[line.sender]!.emit(deleteMessage, { messageId });
                line.deleted = true;
              } else {
                await person.emit(readMessage, { messageId });
                read[index] = Math.max(read[index]!, each.at + 1);
              }
            }
          }
          const expected = everybody.map((_, index) => {
            if (!isMember(index)) return 0;
            const from = Math.max(read[index]!, joined[index]!);
            return lines
              .slice(from)
              .filter(({ message, sender, deleted }) => message && sender !== index && !deleted).length;
          });
          const counted = await Promise.all(
            everybody.map(
              async (person) => (await person.emit(countUnread, {})).byConversation[conversationId] ?? 0,
            ),
          );
          expect(counted).toEqual(expected);
        }),
        { numRuns: 20 },
      );
    },
    PATIENCE_MS,
  );
});

const isoOf = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
