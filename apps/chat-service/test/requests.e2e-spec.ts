import {
  acceptRequest,
  conversationInvited,
  createConversation,
  declineRequest,
  getConversation,
  listConversations,
  listMessages,
  messageCreated,
  postAccept,
  postDecline,
  requestAccepted,
  requestDeclined,
  sendMessage,
  userBlocked,
  type ConversationDto,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeopleService } from '../src/people/people.service';
import { ChatService, freshDatabase } from './support/chat-service';
import type { Person } from './support/people';
import { ownQueues, PeopleEvents } from './support/people-events';
import { codesOf, told } from './support/refusals';

const INTRO = 3;
const [settings, messaging] = ownQueues();

/** Two instances of one system. */
let here: ChatService;
let there: ChatService;
const events = new PeopleEvents(() => here);

beforeAll(async () => {
  const own = { ...settings, MONGODB_URI: freshDatabase(), REQUEST_INTRO_MESSAGES: String(INTRO) };
  here = await ChatService.start({ ...own, INSTANCE_ID: 'here' }, messaging);
  there = await ChatService.start({ ...own, INSTANCE_ID: 'there' }, messaging);
});
afterAll(async () => {
  await there.stop();
  await here.stop();
});

const ask = (by: Person, whom: Person): Promise<ConversationDto> =>
  by.emit(createConversation, { type: 'private', participantIds: [whom.id] });
const send = (who: Person, conversationId: string, content = 'hello', clientId?: string) =>
  who.emit(sendMessage, { conversationId, content, ...(clientId !== undefined && { clientId }) });

/** Bob is asked by alice, whom he does not know. */
async function asked() {
  const [alice, bob] = await here.people('alice', 'bob');
  const { _id: conversationId } = await ask(alice, bob);
  return { alice, bob, conversationId };
}

describe('a private conversation', () => {
  it('between contacts is there at once', async () => {
    const [alice, bob] = await here.people('alice', 'bob');
    await here.befriend(alice, bob);
    const conversation = await ask(alice, bob);
    expect(conversation).toMatchObject({ status: 'accepted', initiator_id: alice.id });
    await send(bob, conversation._id);
    expect(bob.chat.received(conversationInvited)).toEqual([]);
  });

  it('between others is a request first, and the one who is asked learns of it', async () => {
    const { alice, bob, conversationId } = await asked();
    const invited = await bob.chat.receives(conversationInvited);
    expect(invited).toMatchObject({
      invitedBy: alice.id,
      conversation: { _id: conversationId, status: 'pending', initiator_id: alice.id },
    });
    for (const who of [alice, bob])
      expect(await who.emit(getConversation, { conversationId })).toMatchObject({ status: 'pending' });
    expect(await ask(bob, alice)).toMatchObject({ _id: conversationId, status: 'pending' });
    expect(alice.chat.received(conversationInvited)).toEqual([]);
  });

  it('stands in the lists of both, where it can be asked for apart', async () => {
    const { alice, bob, conversationId } = await asked();
    const group = await alice.group(bob);
    for (const who of [alice, bob]) {
      const idsOf = async (filter: object) =>
        (await who.emit(listConversations, filter)).map(({ _id }) => _id);
      expect(new Set(await idsOf({}))).toEqual(new Set([conversationId, group._id]));
      expect(await idsOf({ status: 'pending' })).toEqual([conversationId]);
      expect(await idsOf({ status: 'accepted' })).toEqual([group._id]);
      expect(await idsOf({ type: 'private' })).toEqual([conversationId]);
      expect(await idsOf({ type: 'private', status: 'declined' })).toEqual([]);
    }
    const { fields } = await refusalOf(alice.emit(listConversations, { status: 'open' as 'pending' }));
    expect(fields).toEqual(['status']);
  });
});

describe('while it is asked', () => {
  it('only the one who asks says something, and no more than a setting says', async () => {
    const { alice, bob, conversationId } = await asked();
    for (let i = 1; i <= INTRO; i++) await send(alice, conversationId, `${i}`, `id-${i}`);
    await bob.chat.receives(messageCreated, ({ content }) => content === `${INTRO}`);
    for (const who of [alice, bob])
      expect((await refusalOf(send(who, conversationId))).code).toBe('FORBIDDEN');
    // The repeat of what was said in time is no further message.
    expect(await send(alice, conversationId, `${INTRO}`, `id-${INTRO}`)).toMatchObject({
      seq: INTRO,
      duplicate: true,
    });
    expect(await bob.emit(listMessages, { conversationId })).toHaveLength(INTRO);
  });

  it('the number is exact, however many are sent at once on two instances', async () => {
    const { alice, bob, conversationId } = await asked();
    const devices = [alice.chat, await alice.device(), await alice.device(there.origin)];
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        devices[index % devices.length]!.emit(sendMessage, { conversationId, content: `${index}` }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(INTRO);
    expect(await bob.emit(listMessages, { conversationId })).toHaveLength(INTRO);
  });

  it('does not exist for others', async () => {
    const { conversationId } = await asked();
    const [eve] = await here.people('eve');
    const unknown = 'f'.repeat(24);
    const attempts = (id: string) =>
      told([
        eve.emit(acceptRequest, { conversationId: id }),
        eve.emit(declineRequest, { conversationId: id }),
        eve.rest.call(postAccept, { params: { id }, body: {} }),
        eve.rest.call(postDecline, { params: { id }, body: {} }),
      ]);
    const answers = await attempts(conversationId);
    expect(answers).toEqual(await attempts(unknown));
    for (const answer of answers) expect(answer).toContain('NOTFOUND conversation not found');
  });
});

describe('an accepted request', () => {
  it('is accepted by the one who was asked, and by nobody else', async () => {
    const { alice, bob, conversationId } = await asked();
    const params = { id: conversationId };
    const refusals = await codesOf([
      alice.emit(acceptRequest, { conversationId }),
      alice.emit(declineRequest, { conversationId }),
      alice.rest.call(postAccept, { params, body: {} }),
      alice.rest.call(postDecline, { params, body: {} }),
    ]);
    expect(refusals).toEqual(Array(4).fill('FORBIDDEN'));

    const far = await alice.device(there.origin);
    expect(await bob.rest.call(postAccept, { params, body: {} })).toMatchObject({
      _id: conversationId,
      status: 'accepted',
    });
    for (const device of [alice.chat, far, bob.chat])
      expect(await device.receives(requestAccepted)).toEqual({ conversationId, acceptedBy: bob.id });
    for (let i = 0; i <= INTRO; i++) await send(alice, conversationId);
    await send(bob, conversationId);
    const [first] = (await bob.emit(listMessages, { conversationId })).toReversed();
    expect(first).toMatchObject({
      type: 'system',
      sender_id: bob.id,
      system: { action: 'request-accepted', userIds: [alice.id] },
    });
  });

  it('is accepted once, however often and wherever it is said', async () => {
    const { alice, bob, conversationId } = await asked();
    const far = await bob.device(there.origin);
    const accept = (clientId?: string) => ({ conversationId, ...(clientId !== undefined && { clientId }) });
    await Promise.all([
      bob.emit(acceptRequest, accept('one')),
      far.emit(acceptRequest, accept('one')),
      far.emit(acceptRequest, accept()),
      bob.emit(acceptRequest, accept()),
    ]);
    expect(await alice.emit(acceptRequest, accept())).toMatchObject({ status: 'accepted' });
    expect(await alice.emit(listMessages, { conversationId })).toHaveLength(1);
    expect((await refusalOf(bob.emit(declineRequest, { conversationId }))).code).toBe('CONFLICT');
  });

  it('does not come about across a block', async () => {
    const { alice, bob, conversationId } = await asked();
    await events.blocked(bob, alice);
    await bob.chat.receives(userBlocked);
    expect((await refusalOf(bob.emit(acceptRequest, { conversationId }))).code).toBe('FORBIDDEN');
    expect((await refusalOf(send(alice, conversationId))).code).toBe('FORBIDDEN');
  });
});

describe('a declined request', () => {
  it('holds the one off who has asked, until the other changes their mind', async () => {
    const { alice, bob, conversationId } = await asked();
    await send(alice, conversationId);
    expect(await bob.emit(declineRequest, { conversationId })).toMatchObject({ status: 'declined' });
    for (const device of [alice.chat, bob.chat])
      expect(await device.receives(requestDeclined)).toEqual({ conversationId, declinedBy: bob.id });
    expect((await refusalOf(send(alice, conversationId))).code).toBe('FORBIDDEN');
    expect(await ask(alice, bob)).toMatchObject({ _id: conversationId, status: 'declined' });
    expect((await refusalOf(send(alice, conversationId))).code).toBe('FORBIDDEN');
    expect((await refusalOf(alice.emit(acceptRequest, { conversationId }))).code).toBe('FORBIDDEN');
    expect((await refusalOf(send(bob, conversationId))).code).toBe('FORBIDDEN');

    const again = await bob.rest.call(postDecline, { params: { id: conversationId }, body: {} });
    expect(again).toMatchObject({ status: 'declined' });
    expect(await bob.emit(acceptRequest, { conversationId })).toMatchObject({ status: 'accepted' });
    await send(alice, conversationId);
    await send(bob, conversationId);
    const history = await bob.emit(listMessages, { conversationId });
    expect(history.flatMap(({ system }) => system?.action ?? []).toReversed()).toEqual([
      'request-declined',
      'request-accepted',
    ]);
  });

  it('is not undone by the late repeat of an earlier answer', async () => {
    const { bob, conversationId } = await asked();
    const decline = { conversationId, clientId: 'no' };
    await bob.emit(declineRequest, decline);
    await bob.emit(acceptRequest, { conversationId, clientId: 'yes' });
    await refusalOf(bob.emit(declineRequest, { conversationId }));
    expect(await bob.emit(declineRequest, decline)).toMatchObject({ status: 'accepted' });
  });

  it('is in force on an instance that has the conversation in memory', async () => {
    const { alice, bob, conversationId } = await asked();
    const far = await alice.device(there.origin);
    await far.emit(sendMessage, { conversationId, content: 'one' });
    await bob.emit(declineRequest, { conversationId });
    const refused = far.emit(sendMessage, { conversationId, content: 'two' });
    expect((await refusalOf(refused)).code).toBe('FORBIDDEN');
    expect(await bob.emit(listMessages, { conversationId })).toHaveLength(2);
  });
});

describe('becoming contacts', () => {
  it('says yes to the request', async () => {
    const { alice, bob, conversationId } = await asked();
    await events.befriended(alice, bob);
    expect(await alice.chat.receives(requestAccepted)).toEqual({ conversationId, acceptedBy: bob.id });
    await send(bob, conversationId);
    expect(await bob.emit(getConversation, { conversationId })).toMatchObject({ status: 'accepted' });
  });

  it('is not believed when it is told late and is over', async () => {
    const { alice, bob, conversationId } = await asked();
    const [older, newer] = [events.nextRev(), events.nextRev()];
    await here.app.get(PeopleService).contactChanged(alice.id, bob.id, newer, false);
    await events.befriended(alice, bob, older);
    // What was said before in the same queue is done when this is.
    const { alice: carol, bob: dave } = await asked();
    await events.befriended(carol, dave);
    await carol.chat.receives(requestAccepted);
    expect(await bob.emit(getConversation, { conversationId })).toMatchObject({ status: 'pending' });
  });

  it('while the request is made leaves none behind', async () => {
    for (let i = 0; i < 10; i++) {
      const [alice, bob] = await here.people('alice', 'bob');
      const [{ _id: conversationId }] = await Promise.all([ask(alice, bob), events.befriended(alice, bob)]);
      await eventually(
        () => bob.emit(getConversation, { conversationId }),
        ({ status }) => expect(status).toBe('accepted'),
      );
    }
  });
});
