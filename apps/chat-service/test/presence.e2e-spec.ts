import {
  AUDIENCES,
  joinConversation,
  listConversations,
  listMembers,
  presenceChanged,
  subscribePresence,
  visiblePresence,
  type Audience,
} from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { eventually, HttpClient, refusalOf } from '@app/testing';
import type { Connection as Database } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { RoomAnnouncer } from '../src/live-rooms/room-announcer';
import { PeopleService } from '../src/people/people.service';
import { PresenceService } from '../src/presence/presence.service';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { ownQueues, PeopleEvents } from './support/people-events';

const [settings, messaging] = ownQueues();
const service = useChatService(
  { ...settings, PRESENCE_GRACE_MS: '300', PRESENCE_LEASE_MS: '1000' },
  messaging,
);
const events = new PeopleEvents(service);

const watch = (viewer: Person, ...watched: { id: number }[]) =>
  viewer.emit(subscribePresence, { userIds: watched.map(({ id }) => id) });
const about =
  ({ id }: { id: number }, online: boolean) =>
  (change: { userId: number; online: boolean }) =>
    change.userId === id && change.online === online;
const stored = (collection: 'presences' | 'presence_instances') =>
  service().app.get<Database>(DATABASE).collection<{ _id: number | string }>(collection);

describe('watching people', () => {
  it('says how they are, and when the first device comes and the last one has gone', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const carol = { id: service().everybody.newId() };
    expect(await watch(alice, bob, carol, bob)).toEqual([
      { userId: bob.id, online: true, lastSeen: expect.any(String) as string },
      { userId: carol.id, online: false, lastSeen: null },
    ]);
    const phone = await bob.device();
    bob.chat.close();
    phone.close();
    const gone = await alice.chat.receives(presenceChanged, about(bob, false));
    expect(Math.abs(Date.now() - Date.parse(gone.lastSeen ?? ''))).toBeLessThan(20_000);
    expect(await watch(alice, bob)).toEqual([gone]);
    await bob.device();
    await alice.chat.receives(presenceChanged, about(bob, true));
    expect(alice.chat.received(presenceChanged).filter(about(bob, false))).toHaveLength(1);
  });

  it('does not notice a device that comes back at once', async () => {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    await watch(alice, bob, carol);
    bob.chat.close();
    await bob.device();
    // Carol goes after bob went: when that is told, bob's going would have been told as well.
    carol.chat.close();
    await alice.chat.receives(presenceChanged, about(carol, false));
    expect(alice.chat.received(presenceChanged).filter(about(bob, false))).toEqual([]);
  });

  it('ends with the next list of people, for this socket only', async () => {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    const second = await alice.device();
    await watch(alice, bob);
    await second.emit(subscribePresence, { userIds: [bob.id] });
    expect(await watch(alice)).toEqual([]);
    await watch(alice, carol);
    bob.chat.close();
    await second.receives(presenceChanged, about(bob, false));
    carol.chat.close();
    await alice.chat.receives(presenceChanged, about(carol, false));
    expect(alice.chat.received(presenceChanged).filter(about(bob, false))).toEqual([]);
  });

  it('and conversations joined leave nothing behind when the socket has gone by then', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const watchers = Reflect.get(service().app.get(PresenceService), 'watchers') as object;
    const watching = Reflect.get(watchers, 'bySocket') as Map<string, unknown>;
    const { sockets } = Reflect.get(service().app.get(Broadcaster), 'namespace') as {
      sockets: Map<string, unknown>;
    };
    const before = [watching.size, sockets.size];
    for (let round = 0; round < 20; round++) {
      const device = await alice.device();
      void Promise.allSettled([
        device.emit(joinConversation, { conversationId }),
        device.emit(listConversations, {}),
        device.emit(subscribePresence, { userIds: [bob.id] }),
      ]);
      // Once the first event is being worked on.
      await new Promise((resolve) => setImmediate(resolve));
      device.close();
    }
    await eventually(
      () => Promise.resolve(sockets.size),
      (size) => expect(size).toBe(before[1]),
    );
    // Longer than what they had asked for.
    for (let round = 0; round < 5; round++) await alice.emit(listConversations, {});
    expect([watching.size, sockets.size]).toEqual(before);
    expect(service().app.get(RoomAnnouncer).visits.in(conversationId).size).toBe(0);
  });

  it('is for at most 200 people', async () => {
    const [alice] = await service().people('alice');
    const userIds = Array.from({ length: 201 }, (_, i) => i + 1);
    const refusal = await refusalOf(alice.emit(subscribePresence, { userIds }));
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['userIds'] });
    expect(await alice.emit(subscribePresence, { userIds: userIds.slice(1) })).toHaveLength(200);
  });
});

describe('what privacy allows', () => {
  const SEES: Record<Audience, string[]> = {
    everyone: ['stranger', 'contact'],
    contacts: ['contact'],
    nobody: [],
  };

  it.each(AUDIENCES.flatMap((presence) => AUDIENCES.map((lastSeen) => [presence, lastSeen] as const)))(
    'presence for %s, last seen for %s',
    async (presence, lastSeen) => {
      const [owner, stranger, contact, blocked] = await service().people('owner', 'a', 'b', 'c');
      const viewers = { stranger, contact, blocked };
      const group = await owner.group(stranger, contact, blocked);
      await events.befriended(owner, contact);
      await events.befriended(owner, blocked);
      await events.blocked(owner, blocked);
      await events.choosePrivacy(owner, { presence, lastSeen, readReceipts: true });
      const people = service().app.get(PeopleService);
      await eventually(
        async () => ({
          privacy: (await people.privacyOf([owner.id])).get(owner.id),
          standings: await people.standings(owner.id, [contact.id, blocked.id]),
        }),
        ({ privacy, standings }) => {
          expect(privacy).toMatchObject({ presence, lastSeen });
          expect(standings.get(contact.id)?.contacts).toBe(true);
          expect(standings.get(blocked.id)).toEqual({ contacts: true, blockers: [owner.id] });
        },
      );

      for (const [name, viewer] of Object.entries(viewers)) {
        const online = SEES[presence].includes(name);
        const time = SEES[lastSeen].includes(name) ? (expect.any(String) as string) : null;
        expect(await watch(viewer, owner), name).toEqual([{ userId: owner.id, online, lastSeen: time }]);
        const { membersOnline } = await viewer.emit(joinConversation, { conversationId: group._id });
        expect(membersOnline.includes(owner.id), name).toBe(online);
        const members = await viewer.emit(listMembers, { conversationId: group._id });
        expect(members.find(({ userId }) => userId === owner.id)?.online, name).toBe(online);
      }
      // The one who blocks does not see the blocked one either, and everybody sees themselves.
      expect(await watch(owner, blocked, owner)).toMatchObject([
        { online: false, lastSeen: null },
        { online: true },
      ]);

      // Whoever sees something hears of the next change; what comes later on the same way tells that the others do not.
      const before = Object.values(viewers).map(({ chat }) => chat.received(presenceChanged).length);
      owner.chat.close();
      await eventually(
        () => stored('presences').findOne({ _id: owner.id }),
        (presenceDocument) => expect(presenceDocument).toMatchObject({ on: [] }),
      );
      const heardOfChange = (name: string) => SEES[presence].includes(name) || SEES[lastSeen].includes(name);
      const marker = await service().people('marker');
      for (const [index, [name, viewer]] of Object.entries(viewers).entries()) {
        const ofOwner = () => viewer.chat.received(presenceChanged).slice(before[index]);
        if (heardOfChange(name))
          await eventually(
            () => Promise.resolve(ofOwner()),
            (all) => expect(all).not.toEqual([]),
          );
        await watch(viewer, owner, marker[0]);
      }
      marker[0].chat.close();
      for (const [index, [name, viewer]] of Object.entries(viewers).entries()) {
        await viewer.chat.receives(presenceChanged, about(marker[0], false));
        const ofOwner = viewer.chat
          .received(presenceChanged)
          .slice(before[index])
          .filter(({ userId }) => userId === owner.id);
        const time = SEES[lastSeen].includes(name) ? (expect.any(String) as string) : null;
        const expected = { userId: owner.id, online: false, lastSeen: time };
        expect(ofOwner, name).toEqual(heardOfChange(name) ? ofOwner.map(() => expected) : []);
      }
    },
    60_000,
  );

  it('is told to those who watch when it changes, and when a block comes', async () => {
    const [owner, viewer, other] = await service().people('owner', 'viewer', 'other');
    await watch(viewer, owner);
    await watch(other, owner);
    await events.choosePrivacy(owner, { presence: 'nobody', lastSeen: 'nobody', readReceipts: true });
    await viewer.chat.receives(presenceChanged, ({ online, lastSeen }) => !online && lastSeen === null);
    await events.choosePrivacy(owner, { presence: 'everyone', lastSeen: 'everyone', readReceipts: true });
    await viewer.chat.receives(presenceChanged, about(owner, true));
    await other.chat.receives(presenceChanged, about(owner, true));
    await events.blocked(owner, viewer);
    await viewer.chat.receivesMany(presenceChanged, 2, about(owner, false));
    expect(other.chat.received(presenceChanged).filter(about(owner, false))).toHaveLength(1);
  });

  it('says nothing of a block by somebody who was not here anyway', async () => {
    const [owner, viewer, marker] = await service().people('owner', 'viewer', 'marker');
    await watch(marker, owner);
    owner.chat.close();
    // Told to everybody who watches by then, and nothing of it is still on its way.
    await marker.chat.receives(presenceChanged, about(owner, false));
    expect(await watch(viewer, owner, marker)).toMatchObject([{ online: false }, { online: true }]);
    await events.blocked(owner, viewer);
    // Told one after the other: what the first block says has come when the second one's word is here.
    await events.blocked(marker, viewer);
    await viewer.chat.receives(presenceChanged, about(marker, false));
    expect(viewer.chat.received(presenceChanged).filter(({ userId }) => userId === owner.id)).toEqual([]);
  });
});

describe('when instances die', () => {
  it('their users are gone after a while', async () => {
    const [viewer] = await service().people('viewer');
    const ghost = { id: service().everybody.newId() };
    const at = new Date(Date.now() - 60_000);
    await stored('presence_instances').insertOne({ _id: 'chat-that-was-killed', beat: 7, at } as never);
    await stored('presences').insertOne({
      _id: ghost.id,
      on: ['chat-that-was-killed'],
      last_seen: at,
      changed_at: new Date(),
    } as never);
    expect(await watch(viewer, ghost)).toMatchObject([{ userId: ghost.id, online: true }]);
    const gone = await viewer.chat.receives(presenceChanged, about(ghost, false), 20_000);
    expect(gone.lastSeen).toBe(at.toISOString());
    expect(await stored('presence_instances').findOne({ _id: 'chat-that-was-killed' })).toBeNull();
  });

  it('one that was taken for dead shows that it lives', async () => {
    const [viewer, bob] = await service().people('viewer', 'bob');
    await eventually(
      () => stored('presences').findOne({ _id: bob.id }),
      (document) => expect(document).toMatchObject({ on: [expect.any(String)] }),
    );
    await stored('presence_instances').deleteMany({});
    await stored('presences').updateMany({ _id: bob.id }, { $set: { on: [] } });
    await eventually(
      () => stored('presences').findOne({ _id: bob.id }),
      (document) => expect(document).toMatchObject({ on: [expect.any(String)] }),
    );
    expect(await watch(viewer, bob)).toMatchObject([{ online: true }]);
  });
});

describe('POST /internal/presence', () => {
  it('answers services of ours and nobody else', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const tokens = service().app.get(AccessTokens);
    const body = { viewerId: alice.id, userIds: [bob.id] };
    const asService = new HttpClient(service().origin, () => token);
    let token = await tokens.signService('user-service', 'chat-service');
    expect(await asService.call(visiblePresence, { body })).toMatchObject([{ userId: bob.id, online: true }]);
    for (const other of [
      await tokens.signService('chat-service', 'user-service'),
      await tokens.sign({ userId: alice.id, username: 'a', sessionId: 's', roles: [] }, 60),
      '',
    ]) {
      token = other;
      expect((await refusalOf(asService.call(visiblePresence, { body }))).code).toBe('AUTH_INVALID');
    }
  });
});
