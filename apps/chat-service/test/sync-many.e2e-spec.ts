import { getSync, removeMember, sendMessage, syncConversations, type SyncedDto } from '@app/contracts';
import { eventually, refusalOf, SyncedClient } from '@app/testing';
import { mongo, type Connection } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const CONVERSATIONS = 1_200;
const service = useChatService();

/** Ids that rise by so many hundreds, with room for others between them. */
const idAt = (place: number) => `6650f0b1a4b1c2d3${(place * 256).toString(16).padStart(8, '0')}`;

/** As if so many groups of the same people had been created; over the API that would take a minute. */
async function multiply(conversationId: string, ids: readonly string[]): Promise<void> {
  const { db } = service().app.get<Connection>(DATABASE);
  if (!db) throw new Error('not connected');
  const _id = new mongo.ObjectId(conversationId);
  const conversation = await db.collection('conversations').findOne({ _id });
  const members = await db.collection('memberships').find({ conversation_id: _id }).toArray();
  await db
    .collection('conversations')
    .insertMany(ids.map((id) => ({ ...conversation, _id: new mongo.ObjectId(id) })));
  await db.collection('memberships').insertMany(
    ids.flatMap((id) =>
      members.map((member) => ({
        ...member,
        _id: new mongo.ObjectId(),
        conversation_id: new mongo.ObjectId(id),
      })),
    ),
  );
}

describe('somebody with more conversations than one sync may name', () => {
  let alice: Person;
  let bob: Person;
  let first: string;
  let ids: string[];
  const places = Array.from({ length: CONVERSATIONS }, (_, place) => place);

  beforeAll(async () => {
    [alice, bob] = await service().people('alice', 'bob');
    first = (await alice.group(bob))._id;
    ids = places.map(idAt);
    await multiply(first, ids);
  });

  it('learns all of them, and later what has changed, what is new and what is gone, and nothing else', async () => {
    let answers: SyncedDto[] = [];
    const token = await service().everybody.tokenOf(bob.id);
    const client = new SyncedClient({
      userId: bob.id,
      gateways: [service().origin],
      token: () => token,
      watcher: { synced: (answer) => answers.push(answer) },
    });
    const inSync = () =>
      eventually(
        () => Promise.resolve(client.isInSync),
        (isInSync) => expect(isInSync).toBe(true),
        60_000,
      );
    client.goOnline();
    await inSync();
    expect([...client.conversations.keys()].toSorted()).toEqual([...ids, first].toSorted());
    expect(answers.map(({ state }) => state)).toEqual(Array(CONVERSATIONS + 1).fill('new'));
    client.goOffline();

    answers = [];
    const [early, late, lost] = [idAt(3), idAt(1_150), idAt(700)];
    for (const conversationId of [early, late])
      await alice.emit(sendMessage, { conversationId, content: 'while you were away' });
    await alice.emit(removeMember, { conversationId: lost, userId: bob.id });
    const between = `${idAt(650).slice(0, -1)}7`;
    const behind = idAt(CONVERSATIONS);
    await multiply(first, [between, behind]);
    client.goOnline();
    await inSync();
    const expected = [
      [early, 'changed'],
      [between, 'new'],
      [lost, 'gone'],
      [late, 'changed'],
      [behind, 'new'],
    ];
    expect(answers.map(({ conversationId, state }) => [conversationId, state])).toEqual(expected);
    expect(client.conversations.get(late)?.history.map(({ content }) => content)).toEqual([
      'while you were away',
    ]);
    client.goOffline();
  }, 120_000);

  it('gets an answer in parts, and goes on where it stopped, over sockets and REST', async () => {
    const { data, page } = await alice.chat.ask(syncConversations, { cursors: [], after: idAt(199) });
    expect(data.map(({ conversationId }) => conversationId)).toEqual(ids.slice(200, 300));
    expect(page?.next).toBe(idAt(299));
    const query = { cursors: `${idAt(2)}:0,${idAt(3)}`, after: idAt(0), through: idAt(4) };
    const some = await alice.rest.call(getSync, { query });
    expect(some.map(({ conversationId, state }) => [conversationId, state])).toEqual([
      [idAt(1), 'new'],
      [idAt(3), 'new'],
      [idAt(4), 'new'],
    ]);
    const named = await alice.rest.call(getSync, { query: { ...query, onlyNamed: true } });
    expect(named.map(({ conversationId }) => conversationId)).toEqual([idAt(3)]);
  });

  it('may not name what is not between the ends', async () => {
    const cursors = [{ conversationId: idAt(5), ev: 0 }];
    for (const range of [{ after: idAt(5) }, { through: idAt(4) }])
      expect(await refusalOf(alice.emit(syncConversations, { cursors, ...range }))).toMatchObject({
        code: 'BAD_REQUEST',
        fields: ['cursors'],
      });
  });

  it('is told nothing of what only others are in, however it is asked for', async () => {
    const [eve] = await service().people('eve');
    const asked = { conversationId: idAt(5) };
    expect(await eve.emit(syncConversations, { cursors: [asked], onlyNamed: true })).toEqual([]);
    const gone = { ...asked, state: 'gone', messages: [], more: false };
    for (const ev of [0, 5])
      expect(await eve.emit(syncConversations, { cursors: [{ ...asked, ev }], onlyNamed: true })).toEqual([
        { ...gone, ev },
      ]);
  });
});
