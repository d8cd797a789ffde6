import { setImmediate as turn } from 'node:timers/promises';
import {
  addMember,
  getConversation,
  listMessages,
  memberAdded,
  memberRemoved,
  messageCreated,
  moderatorUpdated,
  promoteModerator,
  quitConversation,
  removeMember,
  sendMessage,
  transferConversation,
  updateConversation,
  type MessageDto,
} from '@app/contracts';
import { eventually, WireError, type Connection } from '@app/testing';
import { mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatService, freshDatabase } from './support/chat-service';
import type { Person } from './support/people';
import { ownQueues } from './support/people-events';
import { heard, placeOf, sorted } from './support/rooms';

/** Two instances that hear each other. */
let here: ChatService;
let there: ChatService;

beforeAll(async () => {
  const [settings, messaging] = ownQueues();
  const shared = { ...settings, MONGODB_URI: freshDatabase() };
  here = await ChatService.start({ ...shared, INSTANCE_ID: 'here' }, messaging);
  there = await ChatService.start({ ...shared, INSTANCE_ID: 'there' }, messaging);
});
afterAll(async () => {
  await there.stop();
  await here.stop();
});

/** Somebody with a device on each instance. */
async function both(
  name: string,
): Promise<{ person: Person; id: number; here: Connection; there: Connection }> {
  const [person] = await here.people(name);
  there.everybody.directory.known.add(person.id);
  return { person, id: person.id, here: person.chat, there: await person.device(there.origin) };
}

const outcome = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'done',
    (error: unknown) => (error instanceof WireError ? error.code : 'error'),
  );

describe('members on two instances', () => {
  it('hear of each change once and in the order in which it happened', async () => {
    const [alice, bob, carol] = await Promise.all([both('alice'), both('bob'), both('carol')]);
    const group = await alice.person.group(bob.person);
    const place = placeOf(group);
    await alice.there.emit(addMember, { ...place, userId: carol.id });
    await alice.here.emit(promoteModerator, { ...place, userId: carol.id });
    await carol.there.emit(updateConversation, { ...place, name: 'Ours' });
    await carol.here.emit(removeMember, { ...place, userId: bob.id });
    await alice.there.emit(sendMessage, { ...place, content: 'last' });
    for (const chat of [alice.here, alice.there, carol.here, carol.there]) {
      await chat.receives(messageCreated, ({ content }) => content === 'last');
      const seqs = [memberAdded, moderatorUpdated, memberRemoved].map((event) =>
        heard<{ conversationId: string; seq: number }>(chat, event as never, group).map(({ seq }) => seq),
      );
      expect(seqs).toEqual([[1], [2], [4]]);
    }
    for (const chat of [bob.here, bob.there]) {
      await chat.receives(memberRemoved);
      expect(
        chat
          .received(messageCreated, ({ conversation_id }) => conversation_id === group._id)
          .map(({ seq }) => seq),
      ).toEqual([1, 2, 3, 4]);
    }
  });

  it('get nothing from their removal on, and store nothing behind it, while messages flow on both', async () => {
    const [alice, bob, carol] = await Promise.all([both('alice'), both('bob'), both('carol')]);
    const group = await alice.person.group(bob.person, carol.person);
    const place = placeOf(group);
    const own: { seq: number }[] = [];
    const refusals: string[] = [];
    let flowing = true;
    const flow = async (chat: Connection, keep: (message: MessageDto) => unknown) => {
      while (flowing) {
        try {
          keep(await chat.emit(sendMessage, { ...place, content: 'x' }));
        } catch (error) {
          refusals.push(error instanceof WireError ? error.code : String(error));
        }
        await turn();
      }
    };
    const flows = [alice.here, carol.there].map((chat) => flow(chat, () => undefined));
    flows.push(...[bob.here, bob.there].map((chat) => flow(chat, (message) => own.push(message))));
    await carol.there.receivesMany(
      messageCreated,
      40,
      ({ conversation_id }) => conversation_id === group._id,
    );
    await alice.there.emit(removeMember, { ...place, userId: bob.id });
    const { seq: end } = await alice.here.receives(
      memberRemoved,
      ({ conversationId }) => conversationId === group._id,
    );
    await carol.here.receivesMany(
      messageCreated,
      20,
      ({ conversation_id, seq }) => conversation_id === group._id && seq > end,
    );
    flowing = false;
    await Promise.all(flows);

    const where = { conversation_id: new mongo.ObjectId(group._id) };
    const history = await here.stored.find(where).sort({ seq: 1 }).toArray();
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
    expect(history.length).toBeGreaterThan(end + 20);
    expect(history.filter(({ sender_id, seq }) => sender_id === bob.id && seq > end)).toEqual([]);
    expect(Math.max(...own.map(({ seq }) => seq))).toBeLessThan(end);
    expect(refusals.length).toBeGreaterThan(0);
    expect(new Set(refusals)).toEqual(new Set(['NOTFOUND']));
    const other = await alice.person.group(bob.person);
    for (const chat of [bob.here, bob.there]) {
      // What comes later on the same way shows that nothing came before it.
      await alice.there.emit(sendMessage, { ...placeOf(other), content: 'elsewhere' });
      await chat.receives(messageCreated, ({ content }) => content === 'elsewhere');
      expect(heard(chat, memberRemoved, group)).toHaveLength(1);
      const seqs = chat
        .received(messageCreated, ({ conversation_id }) => conversation_id === group._id)
        .map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: end }, (_, index) => index + 1));
    }
  });

  it.each(Array.from({ length: 5 }, (_, n) => n))(
    'are promoted and removed at the same moment with one outcome for all (%i)',
    async (n) => {
      const [alice, bob, carol] = await Promise.all([both('alice'), both('bob'), both('carol')]);
      const group = await alice.person.group(bob.person, carol.person);
      const about = { ...placeOf(group), userId: bob.id };
      const [promotion, removal] = await Promise.all([
        outcome((n % 2 ? alice.here : alice.there).emit(promoteModerator, about)),
        outcome((n % 2 ? alice.there : alice.here).emit(removeMember, about)),
      ]);
      expect(removal).toBe('done');
      expect(['done', 'NOTFOUND']).toContain(promotion);
      for (const chat of [carol.here, carol.there])
        await eventually(
          () => chat.emit(getConversation, placeOf(group)),
          (state) => expect(state).toMatchObject({ participants: sorted(alice, carol), moderator_ids: [] }),
        );
      const actions = (await carol.here.emit(listMessages, placeOf(group)))
        .map(({ system }) => system?.action)
        .reverse();
      expect(actions).toEqual([...(promotion === 'done' ? ['moderator-promoted'] : []), 'member-removed']);
    },
  );

  it.each(Array.from({ length: 5 }, (_, n) => n))(
    'always have an admin, when one hands over to a member who leaves at the same moment (%i)',
    async (n) => {
      const [alice, bob, carol] = await Promise.all([both('alice'), both('bob'), both('carol')]);
      const group = await alice.person.group(bob.person, carol.person);
      const place = placeOf(group);
      const [transfer, quit] = await Promise.all([
        outcome((n % 2 ? alice.here : alice.there).emit(transferConversation, { ...place, userId: bob.id })),
        outcome((n % 2 ? bob.there : bob.here).emit(quitConversation, place)),
      ]);
      // Who comes second finds what the first has done: the new admin cannot leave, and who has left cannot be the admin.
      expect([
        ['done', 'CONFLICT'],
        ['NOTFOUND', 'done'],
      ]).toContainEqual([transfer, quit]);
      const { admin_id, participants } = await eventually(
        () => carol.there.emit(getConversation, place),
        (state) => expect(state.updated_at).not.toBe(group.updated_at),
      );
      expect(participants).toContain(admin_id);
      expect(admin_id).toBe(transfer === 'done' ? bob.id : alice.id);
    },
  );

  it('end the conversation once, when the last two leave at the same moment', async () => {
    const [alice, bob] = await Promise.all([both('alice'), both('bob')]);
    const place = placeOf(await alice.person.group(bob.person));
    const attempts = [alice.here.emit(quitConversation, place), bob.there.emit(quitConversation, place)];
    const [admin, member] = await Promise.all(attempts.map(outcome));
    expect(member).toBe('done');
    expect(['done', 'CONFLICT']).toContain(admin);
    if (admin === 'CONFLICT') await alice.here.emit(quitConversation, place);
    for (const chat of [alice.there, bob.here])
      await eventually(
        () => outcome(chat.emit(getConversation, place)),
        (answer) => expect(answer).toBe('NOTFOUND'),
      );
  });
});
