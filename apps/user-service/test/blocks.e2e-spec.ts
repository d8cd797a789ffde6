import {
  acceptContactRequest,
  blockUser,
  cancelContactRequest,
  contactRequested,
  listBlocks,
  listContactRequests,
  listContacts,
  requestContact,
  unblockUser,
  userBlockedEvent,
  userUnblockedEvent,
} from '@app/contracts';
import { refusalOf, WireError } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { signedIn, type Person } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService();

const pair = () => Promise.all([signedIn(service()), signedIn(service())]);
const as = (person: Person) => service().as(person.accessToken);
const idOf = (person: Person) => person.user.user_id;
const block = (by: Person, whom: Person) => as(by).call(blockUser, { params: { userId: idOf(whom) } });
const unblock = (by: Person, whom: Person) => as(by).call(unblockUser, { params: { userId: idOf(whom) } });
const ask = (from: Person, to: Person) => as(from).call(requestContact, { body: { userId: idOf(to) } });
const requestsOf = (person: Person, direction: 'incoming' | 'outgoing') =>
  as(person).call(listContactRequests, { query: { direction } });
const announced = async (name: string, about: Person) => {
  const values = [name, String(idOf(about))];
  const rows = await service().sql(
    `SELECT data FROM outbox WHERE type = $1 AND key = $2 ORDER BY position`,
    values,
  );
  return rows.map(({ data }) => data as { rev: number; blockedId: number });
};

describe('blocking', () => {
  it('shows in the own list only, once however often it is said', async () => {
    const [alice, bob] = await pair();
    const first = await block(alice, bob);
    expect(first).toMatchObject({ user_id: idOf(bob), username: bob.username });
    expect(await Promise.all([block(alice, bob), block(alice, bob)])).toEqual([first, first]);
    expect(await as(alice).call(listBlocks)).toEqual([first]);
    expect(await as(bob).call(listBlocks)).toEqual([]);
  });

  it('is announced with a higher number each time: whoever has missed it may say it again', async () => {
    const [alice, bob] = await pair();
    for (let time = 0; time < 3; time++) await block(alice, bob);
    const events = await announced(userBlockedEvent.name, alice);
    expect(events.map(({ blockedId }) => blockedId)).toEqual([idOf(bob), idOf(bob), idOf(bob)]);
    const revs = events.map(({ rev }) => rev);
    expect(new Set(revs).size).toBe(3);
    expect(revs).toEqual([...revs].sort((a, b) => a - b));
  });

  it('ends the contact and every open request between the two', async () => {
    const [alice, bob] = await pair();
    const { id } = await ask(alice, bob);
    await as(bob).call(acceptContactRequest, { params: { id } });
    await block(alice, bob);
    for (const person of [alice, bob]) expect(await as(person).call(listContacts)).toEqual([]);

    const [carol, dave] = await pair();
    await ask(dave, carol);
    await block(carol, dave);
    expect(await requestsOf(carol, 'incoming')).toEqual([]);
    expect(await requestsOf(dave, 'outgoing')).toEqual([]);
  });

  it('is not told by what a contact request is answered', async () => {
    const [alice, bob] = await pair();
    await block(alice, bob);
    const request = await ask(bob, alice);
    expect(request).toMatchObject({
      direction: 'outgoing',
      status: 'pending',
      user: { user_id: idOf(alice) },
    });
    expect(await ask(bob, alice)).toEqual(request);
    expect(await requestsOf(bob, 'outgoing')).toEqual([request]);
    expect(await requestsOf(alice, 'incoming')).toEqual([]);
    const accepted = as(alice).call(acceptContactRequest, { params: { id: request.id } });
    expect((await refusalOf(accepted)).code).toBe('NOTFOUND');
    expect(await announced(contactRequested.name, alice)).toEqual([]);
  });

  it('is not told by how often somebody may ask', async () => {
    const [open, alice] = await pair();
    const bob = await signedIn(service());
    await block(alice, bob);
    const courses = [];
    for (const to of [open, alice]) {
      const course: string[] = [];
      for (let time = 0; time < 5; time++) {
        const asked = await ask(bob, to).catch((error: unknown) => error as WireError);
        course.push(asked instanceof WireError ? asked.code : asked.status);
        if (!(asked instanceof WireError))
          await as(bob).call(cancelContactRequest, { params: { id: asked.id } });
      }
      courses.push(course);
    }
    expect(courses[1]).toEqual(courses[0]);
    expect(courses[0]).toContain('RATE_LIMITED');
  });

  it('keeps the one who blocks from asking', async () => {
    const [alice, bob] = await pair();
    await block(alice, bob);
    expect((await refusalOf(ask(alice, bob))).code).toBe('CONFLICT');
  });

  it('of oneself, of nobody and with an id that is none is refused', async () => {
    const [alice] = await pair();
    expect(await refusalOf(block(alice, alice))).toMatchObject({ code: 'BAD_REQUEST', fields: ['userId'] });
    const nobody = as(alice).call(blockUser, { params: { userId: 2_000_000_000 } });
    expect((await refusalOf(nobody)).code).toBe('NOTFOUND');
    for (const [method, path] of [
      ['POST', '/users/blocks/abc'],
      ['POST', '/users/blocks/0'],
      ['DELETE', '/users/blocks/2147483648'],
      ['GET', '/users/blocks?cursor=nonsense'],
    ] as const)
      expect(await as(alice).request(path, { method }), path).toMatchObject({ status: 400 });
  });
});

describe('unblocking', () => {
  it('lets requests through again, also one that was sent in between', async () => {
    const [alice, bob] = await pair();
    await block(alice, bob);
    const { id } = await ask(bob, alice);
    await unblock(alice, bob);
    expect(await as(alice).call(listBlocks)).toEqual([]);
    expect(await requestsOf(alice, 'incoming')).toEqual([]);
    expect(await ask(bob, alice)).toMatchObject({ id, status: 'pending' });
    expect(await requestsOf(alice, 'incoming')).toMatchObject([{ id, user: { user_id: idOf(bob) } }]);
    expect(await announced(contactRequested.name, alice)).toHaveLength(1);
  });

  it('of somebody who is not blocked changes nothing', async () => {
    const [alice, bob] = await pair();
    await unblock(alice, bob);
    expect(await announced(userUnblockedEvent.name, alice)).toEqual([]);
  });

  it('and blocking at once end as the event with the highest number says', async () => {
    for (let round = 0; round < 5; round++) {
      const [alice, bob] = await pair();
      await Promise.all([
        block(alice, bob),
        unblock(alice, bob),
        block(alice, bob),
        unblock(alice, bob),
        block(alice, bob),
      ]);
      const blocks = await announced(userBlockedEvent.name, alice);
      const unblocks = await announced(userUnblockedEvent.name, alice);
      const last = (events: { rev: number }[]) => Math.max(0, ...events.map(({ rev }) => rev));
      expect(await as(alice).call(listBlocks)).toHaveLength(last(blocks) > last(unblocks) ? 1 : 0);
    }
  });
});
