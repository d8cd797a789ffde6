import {
  acceptContactRequest,
  cancelContactRequest,
  contactAccepted,
  contactRemoved,
  contactRequested,
  listContactRequests,
  listContacts,
  rejectContactRequest,
  removeContact,
  requestContact,
  type ContactRequestDto,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { signedIn, type Person } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService({ MAX_CONTACT_REQUESTS: '3' });

const HOUR_MS = 3_600_000;

const people = (count: number) => Promise.all(Array.from({ length: count }, () => signedIn(service())));
const as = (person: Person) => service().as(person.accessToken);
const idOf = (person: Person) => person.user.user_id;
const ask = (from: Person, to: Person) => as(from).call(requestContact, { body: { userId: idOf(to) } });
const answer = (by: Person, { id }: { id: number }) => as(by).call(acceptContactRequest, { params: { id } });
const contactsOf = async (person: Person) =>
  (await as(person).call(listContacts)).map(({ user_id }) => user_id);
const requestsOf = (person: Person, direction: 'incoming' | 'outgoing') =>
  as(person).call(listContactRequests, { query: { direction } });
/** What waits to be told to other services; there is no broker here. */
const announced = (name: string, about: Person) =>
  service().sql(`SELECT data FROM outbox WHERE type = $1 AND key = $2 ORDER BY position`, [
    name,
    String(idOf(about)),
  ]);

describe('a contact request', () => {
  it('waits in both lists, and makes two contacts when it is accepted', async () => {
    const [alice, bob] = await people(2);
    const request = await ask(alice!, bob!);
    expect(request).toMatchObject({
      direction: 'outgoing',
      status: 'pending',
      user: { user_id: idOf(bob!), username: bob!.username },
    });
    expect(await requestsOf(alice!, 'outgoing')).toEqual([request]);
    expect(await requestsOf(bob!, 'incoming')).toMatchObject([
      { id: request.id, direction: 'incoming', user: { user_id: idOf(alice!) } },
    ]);
    expect(await requestsOf(bob!, 'outgoing')).toEqual([]);
    expect(await contactsOf(alice!)).toEqual([]);

    const contact = await answer(bob!, request);
    expect(Object.keys(contact).sort()).toEqual(['avatar_url', 'full_name', 'since', 'user_id', 'username']);
    expect(await contactsOf(alice!)).toEqual([idOf(bob!)]);
    expect(await contactsOf(bob!)).toEqual([idOf(alice!)]);
    expect(await requestsOf(alice!, 'outgoing')).toEqual([]);
    expect(await requestsOf(bob!, 'incoming')).toEqual([]);
    expect(await announced(contactRequested.name, bob!)).toMatchObject([
      { data: { requestId: request.id, senderId: idOf(alice!), senderName: alice!.username } },
    ]);
    expect(await announced(contactAccepted.name, alice!)).toMatchObject([
      { data: { addresseeId: idOf(bob!), addresseeName: bob!.username } },
    ]);
  });

  it('is the same one when it is sent again, and its addressee is told once', async () => {
    const [alice, bob] = await people(2);
    const requests = await Promise.all([ask(alice!, bob!), ask(alice!, bob!), ask(alice!, bob!)]);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(1);
    expect(await announced(contactRequested.name, bob!)).toHaveLength(1);
  });

  it('that meets one of the other side makes a contact, also when both are sent at once', async () => {
    for (let round = 0; round < 5; round++) {
      const [alice, bob] = await people(2);
      const both = await Promise.all([ask(alice!, bob!), ask(bob!, alice!)]);
      expect(both.map(({ status }) => status).sort()).toEqual(['accepted', 'pending']);
      expect(await contactsOf(alice!)).toEqual([idOf(bob!)]);
      expect(await contactsOf(bob!)).toEqual([idOf(alice!)]);
      expect(await requestsOf(alice!, 'outgoing')).toEqual([]);
      expect(await requestsOf(bob!, 'outgoing')).toEqual([]);
    }
  });

  it('becomes one contact when it is accepted on several devices at once', async () => {
    const [alice, bob] = await people(2);
    const request = await ask(alice!, bob!);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => answer(bob!, request)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'NOTFOUND' });
    expect(await contactsOf(bob!)).toEqual([idOf(alice!)]);
    expect(await announced(contactAccepted.name, alice!)).toHaveLength(1);
  });

  it('is gone when it is rejected, and may be sent again', async () => {
    const [alice, bob] = await people(2);
    const { id } = await ask(alice!, bob!);
    await as(bob!).call(rejectContactRequest, { params: { id } });
    expect(await requestsOf(alice!, 'outgoing')).toEqual([]);
    expect(await contactsOf(alice!)).toEqual([]);
    expect((await refusalOf(answer(bob!, { id }))).code).toBe('NOTFOUND');
    expect((await ask(alice!, bob!)).id).not.toBe(id);
  });

  it('makes the same addressee hear of it three times a day at most, however often it is taken back', async () => {
    const [alice, bob, carol] = await people(3);
    const askAndCancel = async () => {
      const { id } = await ask(alice!, bob!);
      // Saying it again costs nothing.
      await ask(alice!, bob!);
      await as(alice!).call(cancelContactRequest, { params: { id } });
    };
    for (let time = 0; time < 3; time++) await askAndCancel();
    const refused = await as(alice!).request('/contacts/requests', {
      method: 'POST',
      body: { userId: idOf(bob!) },
    });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'RATE_LIMITED' } } });
    const { retryAfterMs } = (refused.body as { error: { retryAfterMs: number } }).error;
    expect(retryAfterMs).toBeGreaterThan(7 * HOUR_MS);
    expect(retryAfterMs).toBeLessThanOrEqual(8 * HOUR_MS);
    expect(await announced(contactRequested.name, bob!)).toHaveLength(3);
    expect((await ask(alice!, carol!)).status).toBe('pending');
    await answer(alice!, await ask(bob!, alice!));
  });

  it('can be taken back by its sender', async () => {
    const [alice, bob] = await people(2);
    const { id } = await ask(alice!, bob!);
    await as(alice!).call(cancelContactRequest, { params: { id } });
    expect(await requestsOf(bob!, 'incoming')).toEqual([]);
    expect((await refusalOf(answer(bob!, { id }))).code).toBe('NOTFOUND');
  });

  it('is nothing to anybody but its addressee and its sender', async () => {
    const [alice, bob, carol] = await people(3);
    const { id } = await ask(alice!, bob!);
    for (const attempt of [
      () => answer(alice!, { id }),
      () => answer(carol!, { id }),
      () => as(alice!).call(rejectContactRequest, { params: { id } }),
      () => as(carol!).call(rejectContactRequest, { params: { id } }),
      () => as(bob!).call(cancelContactRequest, { params: { id } }),
      () => as(carol!).call(cancelContactRequest, { params: { id } }),
    ])
      expect(await refusalOf(attempt())).toMatchObject({ code: 'NOTFOUND' });
    expect(await requestsOf(bob!, 'incoming')).toHaveLength(1);
  });

  it('to oneself, to nobody and to somebody suspended is refused', async () => {
    const [alice, bob] = await people(2);
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [idOf(bob!)]);
    expect(await refusalOf(ask(alice!, alice!))).toMatchObject({ code: 'BAD_REQUEST', fields: ['userId'] });
    const toBob = await refusalOf(ask(alice!, bob!));
    const toNobody = await refusalOf(as(alice!).call(requestContact, { body: { userId: 2_000_000_000 } }));
    expect(toBob).toMatchObject({ code: 'NOTFOUND' });
    expect(toNobody.message).toBe(toBob.message);
  });

  it('to a contact is a CONFLICT', async () => {
    const [alice, bob] = await people(2);
    await answer(bob!, await ask(alice!, bob!));
    expect((await refusalOf(ask(alice!, bob!))).code).toBe('CONFLICT');
    expect((await refusalOf(ask(bob!, alice!))).code).toBe('CONFLICT');
  });

  it('is one of few that may wait, also when many are sent at once', async () => {
    const [alice, ...others] = await people(7);
    const outcomes = await Promise.allSettled(others.map((other) => ask(alice!, other)));
    const sent = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(sent).toHaveLength(3);
    for (const each of outcomes)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'CONFLICT' });
    await as(alice!).call(cancelContactRequest, { params: { id: sent[0]!.id } });
    const left = others.find(({ user }) => !sent.some((each) => each.user.user_id === user.user_id));
    expect((await ask(alice!, left!)).status).toBe('pending');
  });

  it.each([
    { userId: '2' },
    { userId: 0 },
    { userId: 1.5 },
    { userId: { $gt: 0 } },
    {},
    { userId: 2, hidden: false },
  ])('with the body %j is refused', async (body) => {
    const [alice] = await people(1);
    const { status, body: answered } = await as(alice!).request('/contacts/requests', {
      method: 'POST',
      body,
    });
    expect(status).toBe(400);
    expect(answered).toMatchObject({ error: { code: 'BAD_REQUEST' } });
  });

  it('and contacts with ids that are none are refused', async () => {
    const [alice] = await people(1);
    for (const [method, path] of [
      ['POST', '/contacts/requests/x/accept'],
      ['POST', '/contacts/requests/0/reject'],
      ['POST', '/contacts/requests/99999999999/accept'],
      ['DELETE', '/contacts/requests/1.5'],
      ['DELETE', '/contacts/abc'],
      ['DELETE', '/contacts/2147483648'],
      ['GET', '/contacts?cursor=x'],
      ['GET', '/contacts?cursor=1.99999999999'],
      ['GET', '/contacts?limit=101'],
      ['GET', '/contacts/requests?direction=sideways'],
      ['GET', '/contacts/requests?direction[$ne]=incoming'],
    ] as const)
      expect((await as(alice!).request(path, { method })).status, path).toBe(400);
  });
});

describe('contacts', () => {
  it('come in pages, the newest first', async () => {
    const [alice, ...others] = await people(4);
    for (const other of others) await answer(alice!, await ask(other, alice!));
    await service().sql(`UPDATE contacts SET since = '2026-01-01' WHERE user_id = $1`, [idOf(alice!)]);
    const ids = others.map(idOf).sort((a, b) => b - a);
    const pages: number[][] = [];
    let cursor: string | undefined;
    do {
      const { body } = await as(alice!).request(`/contacts?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      const { data, page } = body as { data: { user_id: number }[]; page: { next: string | null } };
      pages.push(data.map(({ user_id }) => user_id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2)]);
  });

  it('leave both lists when one of the two ends it', async () => {
    const [alice, bob] = await people(2);
    await answer(bob!, await ask(alice!, bob!));
    await as(alice!).call(removeContact, { params: { userId: idOf(bob!) } });
    expect(await contactsOf(bob!)).toEqual([]);
    expect(await contactsOf(alice!)).toEqual([]);
    const [accepted] = await announced(contactAccepted.name, alice!);
    const [removed] = await announced(contactRemoved.name, alice!);
    expect(revOf(removed)).toBeGreaterThan(revOf(accepted));
    const again = as(bob!).call(removeContact, { params: { userId: idOf(alice!) } });
    expect((await refusalOf(again)).code).toBe('NOTFOUND');
  });

  it('who are suspended are not shown', async () => {
    const [alice, bob, carol] = await people(3);
    await answer(bob!, await ask(alice!, bob!));
    await ask(carol!, alice!);
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id IN ($1, $2)`, [
      idOf(bob!),
      idOf(carol!),
    ]);
    expect(await contactsOf(alice!)).toEqual([]);
    const incoming: ContactRequestDto[] = await requestsOf(alice!, 'incoming');
    expect(incoming).toEqual([]);
  });
});

const revOf = (row: Record<string, unknown> | undefined) => (row?.data as { rev: number }).rev;
