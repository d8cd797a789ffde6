import {
  blockByEvent,
  conversationPresence,
  conversationStatus,
  joinConversation,
  listMembers,
  ping,
  presenceChanged,
  setPresence,
  subscribePresence,
  unblockByEvent,
  type PresenceDto,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import type { Person } from './support/people';
import { useTwoChatServices } from './support/two-chat-services';

const services = useTwoChatServices({ PRESENCE_GRACE_MS: '200' });

/** Alice on one instance; bob, who watches her, on the other. */
async function two() {
  const { one, two, at } = services();
  const [alice, bob] = [await at(one), await at(two)];
  const see = async () => (await bob.emit(subscribePresence, { userIds: [alice.id] }))[0]!;
  await eventually(see, ({ online }) => expect(online).toBe(true));
  return { alice, bob, see, conversationId: (await alice.group(bob))._id };
}

const hears = (who: Person, matches: (change: PresenceDto) => boolean) =>
  who.chat.receives(presenceChanged, matches);

describe('presence:set', () => {
  it('away and dnd are told to those who watch, on all instances, until it is online again', async () => {
    const { alice, bob, see } = await two();
    for (const status of ['away', 'dnd'] as const) {
      expect(await alice.emit(setPresence, { status })).toMatchObject({
        userId: alice.id,
        online: true,
        status,
      });
      expect(await hears(bob, (change) => change.status === status)).toMatchObject({ online: true });
      expect(await see()).toMatchObject({ online: true, status });
    }
    expect(await alice.emit(setPresence, { status: 'online' })).not.toHaveProperty('status');
    await hears(bob, ({ online, status }) => online && status === undefined);
    const bad = await refusalOf(alice.emit(setPresence, { status: 'offline' as never }));
    expect(bad).toMatchObject({ code: 'BAD_REQUEST', fields: ['status'] });
  });

  it('invisible looks like having gone, and nothing that is done meanwhile is noticed', async () => {
    const { alice, bob, see, conversationId } = await two();
    await alice.emit(joinConversation, { conversationId });
    await eventually(
      () => bob.emit(conversationStatus, { conversationId }),
      ({ here }) => expect(here).toEqual([alice.id]),
    );
    expect((await bob.emit(joinConversation, { conversationId })).here).toEqual([alice.id, bob.id]);
    const before = Date.now();
    expect(await alice.emit(setPresence, { status: 'invisible' })).toMatchObject({
      online: true,
      status: 'invisible',
    });
    const gone = await hears(bob, ({ online }) => !online);
    expect(gone).toEqual({ userId: alice.id, online: false, lastSeen: expect.any(String) as string });
    expect(Math.abs(Date.parse(gone.lastSeen ?? '') - before)).toBeLessThan(20_000);
    await bob.chat.receives(conversationPresence, ({ left }) => left.includes(alice.id));
    expect(await bob.emit(conversationStatus, { conversationId })).toEqual({
      online: [bob.id],
      here: [bob.id],
    });
    expect(await alice.emit(conversationStatus, { conversationId })).toMatchObject({
      online: [alice.id, bob.id],
    });
    const members = await bob.emit(listMembers, { conversationId });
    expect(members.find(({ userId }) => userId === alice.id)?.online).toBe(false);

    const count = bob.chat.received(presenceChanged).length;
    alice.chat.close();
    const { one, at } = services();
    const carol = await at(one);
    await bob.emit(subscribePresence, { userIds: [alice.id, carol.id] });
    const back = await alice.device();
    await back.emit(joinConversation, { conversationId });
    carol.chat.close();
    await hears(bob, ({ userId, online }) => userId === carol.id && !online);
    expect(bob.chat.received(presenceChanged, ({ userId }) => userId === alice.id)).toHaveLength(count);
    expect((await bob.emit(conversationStatus, { conversationId })).here).toEqual([bob.id]);
    expect(await see()).toEqual(gone);
    await back.emit(setPresence, { status: 'online' });
    await hears(bob, ({ userId, online }) => userId === alice.id && online);
  });
});

describe('ping', () => {
  it('is answered with what it brought and the time', async () => {
    const { one, at } = services();
    const alice = await at(one);
    const { at: time, ...rest } = await alice.emit(ping, { echo: 'é 😀' });
    expect(rest).toEqual({ echo: 'é 😀' });
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(20_000);
    expect(await alice.emit(ping, {})).not.toHaveProperty('echo');
    const bad = await refusalOf(alice.emit(ping, { echo: 'x'.repeat(129) }));
    expect(bad).toMatchObject({ code: 'BAD_REQUEST', fields: ['echo'] });
  });
});

describe('user:block and user:unblock', () => {
  it('are UNAVAILABLE while the user service is away', async () => {
    const { one, at } = services();
    const [alice, bob] = [await at(one), await at(one)];
    const port = await one.everybody.directory.close();
    for (const event of [blockByEvent, unblockByEvent]) {
      const refusal = await refusalOf(alice.emit(event, { userId: bob.id }));
      expect(refusal.code).toBe('UNAVAILABLE');
    }
    await one.everybody.directory.listen(port);
    const bad = await refusalOf(alice.emit(unblockByEvent, { userId: 'x' as never }));
    expect(bad).toMatchObject({ code: 'BAD_REQUEST', fields: ['userId'] });
  });
});
