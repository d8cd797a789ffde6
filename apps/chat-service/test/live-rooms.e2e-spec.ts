import {
  conversationPresence,
  conversationStatus,
  getConversationStatus,
  getMembers,
  joinConversation,
  leaveConversation,
  listMembers,
  pathOf,
  userBlocked,
} from '@app/contracts';
import { eventually, refusalOf, type Connection } from '@app/testing';
import type { Connection as Database } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { DATABASE } from '@app/mongodb';
import type { Person } from './support/people';
import { PeopleEvents } from './support/people-events';
import { useTwoChatServices } from './support/two-chat-services';

const services = useTwoChatServices({ PRESENCE_LEASE_MS: '3000', MAX_OPEN_ROOMS: '2' });
const events = new PeopleEvents(() => services().one);
const visits = () => services().one.app.get<Database>(DATABASE).collection<{ _id: string }>('room_visits');

const join = (who: Person | Connection, conversationId: string) =>
  who.emit(joinConversation, { conversationId });
const leave = (who: Person | Connection, conversationId: string) =>
  who.emit(leaveConversation, { conversationId });
/** Resolves when the others see it, too. */
async function enter(who: Person, conversationId: string, ...witnesses: Person[]): Promise<void> {
  await join(who, conversationId);
  for (const witness of witnesses)
    await eventually(
      () => witness.emit(conversationStatus, { conversationId }),
      ({ here }) => expect(here).toContain(who.id),
    );
}
/** What a device was told so far, as `+1` and `-1`. */
const told = (device: Connection) =>
  device
    .received(conversationPresence)
    .flatMap(({ entered, left }) => [...entered.map((id) => `+${id}`), ...left.map((id) => `-${id}`)]);
const hears = (device: Connection, expected: string[]) =>
  eventually(
    () => Promise.resolve(told(device)),
    (all) => expect(all).toEqual(expected),
  );

/** Alice and carol on one instance, bob on the other, in a group. */
async function three() {
  const { one, two, at } = services();
  const [alice, bob, carol] = [await at(one), await at(two), await at(one)];
  return { alice, bob, carol, conversationId: (await alice.group(bob, carol))._id };
}

describe('a conversation that is open', () => {
  it('shows who is there, over sockets and REST, and tells who comes and goes, across instances', async () => {
    const { alice, bob, carol, conversationId } = await three();
    await enter(alice, conversationId, bob);
    expect((await join(bob, conversationId.toUpperCase())).here).toEqual([alice.id, bob.id]);
    await hears(alice.chat, [`+${bob.id}`]);
    const status = { online: [alice.id, bob.id, carol.id], here: [alice.id, bob.id] };
    for (const person of [alice, bob, carol]) {
      const overSocket = () => person.emit(conversationStatus, { conversationId });
      await eventually(overSocket, (got) => expect(got).toEqual(status));
      const overRest = await person.rest.call(getConversationStatus, { params: { id: conversationId } });
      expect(overRest).toEqual(status);
    }
    expect((await join(carol, conversationId)).here).toEqual([alice.id, bob.id, carol.id]);
    await hears(bob.chat, [`+${carol.id}`]);
    await leave(carol, conversationId);
    await hears(alice.chat, [`+${bob.id}`, `+${carol.id}`, `-${carol.id}`]);
    bob.chat.close();
    await hears(alice.chat, [`+${bob.id}`, `+${carol.id}`, `-${carol.id}`, `-${bob.id}`]);
    expect(told(carol.chat)).toEqual([]);
  });

  it('is entered with the first device and left with the last, on whatever instances they are', async () => {
    const { alice, bob, conversationId } = await three();
    const bobElsewhere = await bob.device(services().one.origin);
    const phone = await alice.device();
    await join(alice, conversationId);
    await join(bob, conversationId);
    await hears(alice.chat, [`+${bob.id}`]);
    expect((await join(phone, conversationId)).here).toEqual([alice.id, bob.id]);
    await join(bobElsewhere, conversationId);
    await leave(bob, conversationId);
    await hears(bobElsewhere, []);
    // Written down, and told to everybody whom it is news to.
    await eventually(
      () => visits().findOne({ _id: `${conversationId}:${bob.id}` }),
      (visit) => expect(visit).toMatchObject({ on: [expect.stringContaining('chat-1')] }),
    );
    bobElsewhere.close();
    for (const device of [alice.chat, phone])
      await hears(device, device === phone ? [`-${bob.id}`] : [`+${bob.id}`, `-${bob.id}`]);
    await leave(phone, conversationId);
    await join(bob, conversationId);
    await hears(alice.chat, [`+${bob.id}`, `-${bob.id}`, `+${bob.id}`]);
  });

  it('has nobody in it any more who was on an instance that died', async () => {
    const { alice, bob, conversationId } = await three();
    const ghost = `chat-that-was-killed-${alice.id}`;
    const database = services().one.app.get<Database>(DATABASE);
    await visits().insertOne({
      _id: `${conversationId}:${bob.id}`,
      c: conversationId,
      u: bob.id,
      on: [ghost],
      changed_at: new Date(),
    } as never);
    await database
      .collection('presence_instances')
      .insertOne({ _id: ghost, beat: 7, at: new Date() } as never);
    expect((await join(alice, conversationId)).here).toEqual([alice.id, bob.id]);
    await alice.chat.receives(conversationPresence, ({ left }) => left.includes(bob.id), 20_000);
    expect(told(alice.chat)).toEqual([`-${bob.id}`]);
  });

  it('is seen anew by an instance that was taken for dead, and to whom nobody told what happened', async () => {
    const { alice, bob, conversationId } = await three();
    await join(alice, conversationId);
    await join(bob, conversationId);
    await hears(alice.chat, [`+${bob.id}`]);
    const database = services().one.app.get<Database>(DATABASE);
    const _id = `${conversationId}:${bob.id}`;
    // As another instance would write it, with the hint lost on the way.
    const now = { $currentDate: { changed_at: true } };
    await visits().updateOne({ _id }, { $set: { on: [] }, ...now } as never);
    await hears(alice.chat, [`+${bob.id}`, `-${bob.id}`]);
    await database.collection('presence_instances').deleteMany({});
    await hears(alice.chat, [`+${bob.id}`, `-${bob.id}`, `+${bob.id}`]);
  });

  it('does not show those who hide their presence, nor across a block', async () => {
    const { alice, bob, carol, conversationId } = await three();
    const isHidden = async (viewer: Person, hidden: boolean) =>
      eventually(
        () => viewer.emit(conversationStatus, { conversationId }),
        ({ online }) => expect(online.includes(bob.id)).toBe(!hidden),
      );
    await events.choosePrivacy(bob, { presence: 'contacts', lastSeen: 'contacts', readReceipts: true });
    await events.befriended(bob, carol);
    await isHidden(alice, true);
    await isHidden(carol, false);
    await enter(alice, conversationId, bob);
    await enter(carol, conversationId, bob);
    expect((await join(bob, conversationId)).here).toEqual([alice.id, bob.id, carol.id]);
    await hears(carol.chat, [`+${bob.id}`]);
    expect((await alice.emit(conversationStatus, { conversationId })).here).toEqual([alice.id, carol.id]);
    // A block looks like an ordinary going; to one who did not see him it says nothing.
    await events.blocked(bob, alice);
    await events.blocked(bob, carol);
    for (const _each of [alice, carol]) await bob.chat.receives(userBlocked);
    await hears(carol.chat, [`+${bob.id}`, `-${bob.id}`]);
    await eventually(
      () => Promise.resolve(told(bob.chat).toSorted()),
      (all) => expect(all).toEqual([`-${alice.id}`, `-${carol.id}`].toSorted()),
    );
    await events.unblocked(bob, carol);
    await hears(carol.chat, [`+${bob.id}`, `-${bob.id}`, `+${bob.id}`]);
    await hears(alice.chat, [`+${carol.id}`]);
  });

  it('is left by who is not a member any more', async () => {
    const { alice, bob, conversationId } = await three();
    await enter(alice, conversationId, bob);
    await join(bob, conversationId);
    await hears(alice.chat, [`+${bob.id}`]);
    const states = services().one.app.get(ConversationStates);
    const caller = { userId: alice.id, username: 'alice', requestId: 'test' };
    await states.change(caller, conversationId, undefined, () => ({
      action: 'member-removed',
      userIds: [bob.id],
    }));
    await hears(alice.chat, [`+${bob.id}`, `-${bob.id}`]);
    expect((await refusalOf(join(bob, conversationId))).code).toBe('NOTFOUND');
    await leave(alice, conversationId);
    await join(alice, conversationId);
    await hears(bob.chat, []);
  });

  it('is one of so many that a socket may have open', async () => {
    const { alice, bob } = await three();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.push((await alice.group(bob))._id);
    const [first, second, third] = ids as [string, string, string];
    await join(alice, first);
    await join(alice, second);
    await join(alice, second);
    expect((await refusalOf(join(alice, third))).code).toBe('CONFLICT');
    await leave(alice, first);
    await join(alice, third);
  });

  it('leaves nothing behind in the store, and is found there by indexes only', async () => {
    const old = { c: 'f'.repeat(24), u: 1, changed_at: new Date(Date.now() - 3_600_000) };
    await visits().insertMany([
      { ...old, _id: 'nowhere', on: [] },
      { ...old, _id: 'somewhere', on: ['chat-9'] },
    ] as never[]);
    await three().then(({ alice, conversationId }) => join(alice, conversationId));
    await eventually(
      () => visits().findOne({ _id: 'nowhere' }),
      (visit) => expect(visit).toBeNull(),
    );
    expect(await visits().findOne({ _id: 'somewhere' })).not.toBeNull();
    for (const query of [{ c: 'a' }, { u: 1 }, { on: 'a' }, { on: [], changed_at: { $lt: new Date() } }]) {
      const plan = JSON.stringify(
        await visits()
          .find(query as never)
          .explain('queryPlanner'),
      );
      expect(plan, JSON.stringify(query)).toContain('IXSCAN');
    }
  });
});

describe('over REST', () => {
  it('members are told to a member, as over the socket', async () => {
    const { alice, conversationId: id } = await three();
    // Who is online may just be changing.
    await eventually(
      async () => ({
        rest: await alice.rest.call(getMembers, { params: { id } }),
        socket: await alice.emit(listMembers, { conversationId: id }),
      }),
      ({ rest, socket }) => expect(rest).toEqual(socket),
    );
  });

  it('a conversation of others is one that does not exist, and an id must be one', async () => {
    const { conversationId: id } = await three();
    const { one, at } = services();
    const eve = await at(one);
    for (const route of [getConversationStatus, getMembers]) {
      const ask = (each: string) => eve.rest.request(pathOf(route, { params: { id: each } }));
      const [others, unknown, bad] = [await ask(id), await ask('f'.repeat(24)), await ask('x')];
      const error = { code: 'NOTFOUND', message: 'conversation not found' };
      for (const answer of [others, unknown]) expect(answer).toMatchObject({ status: 404, body: { error } });
      expect(bad).toMatchObject({ status: 400, body: { error: { details: [{ field: 'id' }] } } });
    }
    for (const event of [joinConversation, leaveConversation, conversationStatus]) {
      const refused = (conversationId: string) =>
        refusalOf(eve.emit(event as typeof conversationStatus, { conversationId }));
      expect(await refused(id)).toMatchObject({ code: 'NOTFOUND' });
      expect(await refused('x')).toMatchObject({ code: 'BAD_REQUEST', fields: ['conversationId'] });
    }
  });
});
