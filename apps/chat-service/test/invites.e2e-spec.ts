import {
  createInvite,
  deleteInvite,
  getConversation,
  getInvites,
  joinByCode,
  joinByInvite,
  listInvites,
  postInvite,
  postJoinByInvite,
  revokeInvite,
  rotateCode,
} from '@app/contracts';
import { refusalOf, WireError, type Connection as SocketClient } from '@app/testing';
import type { Connection } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { DATABASE } from '@app/mongodb';
import { hashOf, newToken } from '../src/joining/invite';
import { InviteRepository } from '../src/joining/invite.repository';
import { useDeafChatServices } from './support/deaf-chat-services';
import type { Person } from './support/people';
import { codesOf, told } from './support/refusals';

const [MAX_GROUP_SIZE, MAX_INVITES, TRIES] = [25, 3, 5];
const UNKNOWN = 'f'.repeat(24);

const services = useDeafChatServices({
  MAX_GROUP_SIZE: String(MAX_GROUP_SIZE),
  MAX_INVITES: String(MAX_INVITES),
  JOIN_CODE_TRIES: String(TRIES),
});

const collection = (name: string) => services().here.app.get<Connection>(DATABASE).collection(name);
const codeOf = async (who: Person, conversationId: string) =>
  (await who.emit(getConversation, { conversationId })).code ?? '';
/** Whether it let somebody in. An outcome that is unknown is asked for again. */
async function knock(door: SocketClient, token: string): Promise<boolean> {
  try {
    await door.emit(joinByInvite, { token });
    return true;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (error.code === 'UNAVAILABLE') return knock(door, token);
    expect(error.message).toContain('NOTFOUND invite not found');
    return false;
  }
}

async function group() {
  const [alice, bob, carol] = await services().here.people('alice', 'bob', 'carol');
  const { _id: conversationId, code = '' } = await alice.group(bob);
  return { alice, bob, carol, conversationId, code };
}

describe('an invite link', () => {
  it('is made by admins and moderators, lets somebody in, and counts it', async () => {
    const { alice, bob, carol, conversationId } = await group();
    const invite = await alice.emit(createInvite, { conversationId, expiresInSeconds: 3_600, maxUses: 2 });
    expect(invite).toMatchObject({
      conversation_id: conversationId,
      created_by: alice.id,
      uses: 0,
      max_uses: 2,
    });
    expect(Date.parse(invite.expires_at) - Date.parse(invite.created_at)).toBe(3_600_000);
    const { token, ...open } = invite;
    expect(await carol.emit(joinByInvite, { token })).toMatchObject({ _id: conversationId });
    expect(await alice.emit(listInvites, { conversationId })).toEqual([{ ...open, uses: 1 }]);
    // Who is in already takes nothing from others.
    for (const who of [carol, bob]) await who.rest.call(postJoinByInvite, { body: { token } });
    expect(await alice.rest.call(getInvites, { params: { id: conversationId } })).toMatchObject([
      { uses: 1 },
    ]);
    expect(
      await codesOf([
        bob.emit(createInvite, { conversationId }),
        bob.emit(listInvites, { conversationId }),
        bob.emit(revokeInvite, { conversationId, inviteId: invite._id }),
        bob.rest.call(postInvite, { params: { id: conversationId }, body: {} }),
        bob.rest.call(getInvites, { params: { id: conversationId } }),
        bob.rest.call(deleteInvite, { params: { id: conversationId, inviteId: invite._id } }),
      ]),
    ).toEqual(Array(6).fill('FORBIDDEN'));
  });

  it('does not exist for strangers to the conversation', async () => {
    const { alice, conversationId } = await group();
    const [eve] = await services().here.people('eve');
    const { _id: inviteId } = await alice.emit(createInvite, { conversationId });
    const attempts = (id: string) =>
      told([
        eve.emit(createInvite, { conversationId: id }),
        eve.emit(listInvites, { conversationId: id }),
        eve.emit(revokeInvite, { conversationId: id, inviteId }),
        eve.rest.call(postInvite, { params: { id }, body: {} }),
        eve.rest.call(getInvites, { params: { id } }),
        eve.rest.call(deleteInvite, { params: { id, inviteId } }),
      ]);
    const answers = await attempts(conversationId);
    expect(answers).toEqual(await attempts(UNKNOWN));
    for (const answer of answers) expect(answer).toContain('NOTFOUND conversation not found');
  });

  it('of another conversation cannot be ended from here', async () => {
    const [one, other] = [await group(), await group()];
    const { _id: inviteId } = await one.alice.emit(createInvite, { conversationId: one.conversationId });
    const elsewhere = { conversationId: other.conversationId, inviteId };
    expect((await refusalOf(other.alice.emit(revokeInvite, elsewhere))).code).toBe('NOTFOUND');
    expect(await one.alice.emit(listInvites, { conversationId: one.conversationId })).toHaveLength(1);
  });

  it('that ends between the look at it and its use gives nobody a use', async () => {
    const { alice, carol, conversationId } = await group();
    const invites = services().here.app.get(InviteRepository);
    const { _id, token } = await alice.emit(createInvite, { conversationId, maxUses: 2 });
    const now = new Date();
    const open = await invites.findOpen(hashOf(token), now);
    expect(await invites.take(open!, carol.id, new Date(open!.expiresAt.getTime()))).toBe(false);
    await alice.emit(revokeInvite, { conversationId, inviteId: _id });
    expect(await invites.take(open!, carol.id, now)).toBe(false);
  });

  it('there is none in a private conversation', async () => {
    const [alice, bob] = await services().here.people('alice', 'bob');
    const { _id: conversationId } = await services().here.talk(alice, bob);
    expect(
      await codesOf([
        alice.emit(createInvite, { conversationId }),
        alice.emit(rotateCode, { conversationId }),
      ]),
    ).toEqual(['CONFLICT', 'CONFLICT']);
  });

  it('is over when it is ended, expired or used up, and nobody can tell which', async () => {
    const { alice, carol, conversationId } = await group();
    const [dave, eve] = await services().here.people('dave', 'eve');
    const [ended, expired, used] = [
      await alice.emit(createInvite, { conversationId }),
      await alice.rest.call(postInvite, { params: { id: conversationId }, body: {} }),
      await alice.emit(createInvite, { conversationId, maxUses: 1 }),
    ];
    expect(Date.parse(expired.expires_at) - Date.parse(expired.created_at)).toBe(604_800_000);
    await alice.rest.call(deleteInvite, { params: { id: conversationId, inviteId: ended._id } });
    await alice.emit(revokeInvite, { conversationId, inviteId: ended._id });
    const hash = (await collection('conversation_invites').find({}).toArray()).find(
      ({ _id }) => String(_id) === expired._id,
    );
    await collection('conversation_invites').updateOne(
      { _id: hash!._id },
      { $set: { expires_at: new Date() } },
    );
    await carol.emit(joinByInvite, { token: used.token });
    const answers = await told([
      ...[ended, expired, used].flatMap(({ token }) => [
        dave.emit(joinByInvite, { token }),
        eve.rest.call(postJoinByInvite, { body: { token } }),
      ]),
      dave.emit(joinByInvite, { token: newToken() }),
    ]);
    expect(new Set(answers)).toEqual(new Set(['NOTFOUND invite not found']));
    expect(await alice.emit(listInvites, { conversationId })).toEqual([]);
    const { participants } = await alice.emit(getConversation, { conversationId });
    expect(participants).not.toContain(dave.id);
  });

  it('lets in exactly as many as it says, also of twenty who come at once', async () => {
    const { alice, conversationId } = await group();
    const { token, _id } = await alice.emit(createInvite, { conversationId, maxUses: 7 });
    const crowd = await services().here.people(...Array.from({ length: 20 }, (_, index) => `guest ${index}`));
    // Each of them knocks twice, on both instances.
    const results = await Promise.all(
      crowd.map(async (guest) => {
        const doors = [guest.chat, await guest.device(services().there.origin)];
        return (await Promise.all(doors.map((door) => knock(door, token)))).some((isIn) => isIn);
      }),
    );
    expect(results.filter((isIn) => isIn)).toHaveLength(7);
    const { participants } = await alice.emit(getConversation, { conversationId });
    expect(participants).toHaveLength(2 + 7);
    const stored = await collection('conversation_invites').findOne({
      conversation_id: { $exists: true },
      left: 0,
      max_uses: 7,
    });
    expect(stored).toMatchObject({ uses: 7 });
    expect(String(stored?._id)).toBe(_id);
  });

  it('is not used up by who finds no room in the conversation', async () => {
    const { alice, conversationId } = await group();
    const states = services().here.app.get(ConversationStates);
    const fill = Array.from({ length: MAX_GROUP_SIZE - 2 }, () => services().here.everybody.newId());
    await states.change({ userId: alice.id }, conversationId, undefined, () => ({
      action: 'member-added',
      userIds: fill,
    }));
    const { token } = await alice.emit(createInvite, { conversationId, maxUses: 1 });
    const [dave, eve] = await services().here.people('dave', 'eve');
    const code = await codeOf(alice, conversationId);
    expect(await codesOf([dave.emit(joinByInvite, { token }), dave.emit(joinByCode, { code })])).toEqual([
      'CONFLICT',
      'CONFLICT',
    ]);
    await states.change({ userId: alice.id }, conversationId, undefined, () => ({
      action: 'member-removed',
      userIds: fill.slice(0, 1),
    }));
    // Whoever comes first then.
    expect(await eve.emit(joinByInvite, { token })).toMatchObject({ _id: conversationId });
  });

  it('needs no second use of one who was interrupted between taking it and joining', async () => {
    const { alice, carol, conversationId } = await group();
    const { token } = await alice.emit(createInvite, { conversationId, maxUses: 1 });
    const taken = { $set: { left: 0, uses: 1, users: [carol.id] } };
    const invites = await collection('conversation_invites').find({ max_uses: 1, uses: 0 }).toArray();
    const mine = invites.find(({ conversation_id }) => String(conversation_id) === conversationId);
    await collection('conversation_invites').updateOne({ _id: mine!._id }, taken);
    const [dave] = await services().here.people('dave');
    expect(await codesOf([dave.emit(joinByInvite, { token })])).toEqual(['NOTFOUND']);
    expect(await carol.emit(joinByInvite, { token })).toMatchObject({ _id: conversationId });
  });

  it('there are so many at a time, also when they are made at once', async () => {
    const { alice, conversationId } = await group();
    const make = () => alice.rest.call(postInvite, { params: { id: conversationId }, body: {} });
    await Promise.allSettled(Array.from({ length: 10 }, make));
    const open = async () => (await alice.emit(listInvites, { conversationId })).length;
    expect(await open()).toBeLessThanOrEqual(MAX_INVITES);
    while ((await open()) < MAX_INVITES) await make();
    expect(await codesOf([make(), alice.emit(createInvite, { conversationId })])).toEqual([
      'CONFLICT',
      'CONFLICT',
    ]);
    const [first] = await alice.emit(listInvites, { conversationId });
    await alice.emit(revokeInvite, { conversationId, inviteId: first!._id });
    await make();
  });

  it('keeps its secret: the store holds no token', async () => {
    const { alice, conversationId } = await group();
    const { token } = await alice.emit(createInvite, { conversationId });
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16);
    const stored = await collection('conversation_invites').find({}).toArray();
    expect(JSON.stringify(stored)).not.toContain(token);
    expect(JSON.stringify(await alice.emit(listInvites, { conversationId }))).not.toContain(token);
  });

  it.each([
    ['expiresInSeconds', { expiresInSeconds: 59 }],
    ['expiresInSeconds', { expiresInSeconds: 366 * 86_400 }],
    ['maxUses', { maxUses: 0 }],
    ['maxUses', { maxUses: 1.5 }],
  ])('refuses a bad %s: %j', async (field, body) => {
    const { alice, conversationId } = await group();
    const refusals = await Promise.all(
      [
        alice.emit(createInvite, { conversationId, ...body }),
        alice.rest.call(postInvite, { params: { id: conversationId }, body }),
      ].map(refusalOf),
    );
    expect(refusals.map(({ code, fields }) => [code, fields])).toEqual(
      Array(2).fill(['BAD_REQUEST', [field]]),
    );
  });
});

it('a token that cannot be one is refused by its form', async () => {
  const [alice] = await services().here.people('alice');
  const { fields } = await refusalOf(alice.emit(joinByInvite, { token: '.*' }));
  expect(fields).toEqual(['token']);
});
