import {
  conversationCreated,
  getConversation,
  joinByCode,
  listConversations,
  listMessages,
  messageCreated,
  postJoinByCode,
  postRotateCode,
  rotateCode,
  sendMessage,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import type { Connection } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { DATABASE } from '@app/mongodb';
import { CodeRepository } from '../src/joining/code.repository';
import { newJoinCode } from '../src/joining/join-code';
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
const change = (
  by: Person,
  conversationId: string,
  action: 'moderator-promoted' | 'member-removed',
  whom: Person,
) =>
  services()
    .here.app.get(ConversationStates)
    .change({ userId: by.id }, conversationId, undefined, () => ({ action, userIds: [whom.id] }));
async function group() {
  const [alice, bob, carol] = await services().here.people('alice', 'bob', 'carol');
  const { _id: conversationId, code = '' } = await alice.group(bob);
  return { alice, bob, carol, conversationId, code };
}

describe('a join code', () => {
  it('is what members get, wherever they get the conversation; private conversations have none', async () => {
    const { alice, bob, conversationId, code } = await group();
    expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{6}$/);
    expect((await bob.chat.receives(conversationCreated)).conversation.code).toBe(code);
    for (const who of [alice, bob]) {
      expect(await codeOf(who, conversationId)).toBe(code);
      expect(await who.emit(listConversations, {})).toMatchObject([{ code }]);
    }
    const pair = await services().here.talk(alice, bob);
    expect(pair).not.toHaveProperty('code');
    expect(await bob.emit(getConversation, { conversationId: pair._id })).not.toHaveProperty('code');
    expect(await collection('join_codes').countDocuments({ code })).toBe(1);
  });

  it('lets somebody in, in upper and lower case, who is told as all the others are', async () => {
    const { alice, bob, carol, conversationId, code } = await group();
    const [dave] = await services().here.people('dave');
    const joined = await carol.emit(joinByCode, { code: code.toLowerCase() });
    expect(joined).toMatchObject({ _id: conversationId, code });
    expect(joined.participants).toContain(carol.id);
    expect(await dave.rest.call(postJoinByCode, { body: { code } })).toMatchObject({ _id: conversationId });
    for (const who of [alice, bob, carol])
      expect(await who.chat.receives(messageCreated, ({ sender_id }) => sender_id === dave.id)).toMatchObject(
        {
          type: 'system',
          system: { action: 'member-joined', userIds: [dave.id] },
        },
      );
    await dave.emit(sendMessage, { conversationId, content: 'hi' });
    await alice.chat.receives(messageCreated, ({ content }) => content === 'hi');
    expect(await carol.emit(listConversations, {})).toMatchObject([{ _id: conversationId }]);
  });

  it('lets a member in who is in: nothing happens, however often and wherever', async () => {
    const { alice, carol, conversationId, code } = await group();
    const far = await carol.device(services().there.origin);
    await Promise.all([
      ...Array.from({ length: TRIES - 2 }, () => carol.emit(joinByCode, { code })),
      far.emit(joinByCode, { code }),
    ]);
    expect(await alice.emit(joinByCode, { code })).toMatchObject({ _id: conversationId });
    const { participants } = await alice.emit(getConversation, { conversationId });
    expect(participants.filter((id) => id === carol.id)).toHaveLength(1);
    expect(await alice.emit(listMessages, { conversationId })).toHaveLength(1);
  });

  it('that nobody has is refused like what cannot be one', async () => {
    const { carol } = await group();
    const unused = newJoinCode();
    const answers = await told([
      carol.emit(joinByCode, { code: unused }),
      carol.emit(joinByCode, { code: '000000' }),
      carol.emit(joinByCode, { code: '.{6}..' }),
      carol.rest.call(postJoinByCode, { body: { code: unused } }),
    ]);
    expect(answers).toEqual(Array(4).fill('NOTFOUND conversation not found'));
    const { fields } = await refusalOf(carol.emit(joinByCode, { code: 'short' }));
    expect(fields).toEqual(['code']);
  });

  it('never is that of another conversation', async () => {
    const [one, other] = [await group(), await group()];
    const repository = services().here.app.get(CodeRepository);
    const drawn = [one.code, one.code, 'ZZZZZ2'];
    const renewed = await repository.renew(other.conversationId, 7, () => drawn.shift() ?? '');
    expect(renewed).toMatchObject({ code: 'ZZZZZ2', ev: 7 });
    expect(drawn).toEqual([]);
    expect((await repository.renew(other.conversationId, 7)).code).toBe('ZZZZZ2');
    await expect(repository.renew(other.conversationId, 8, () => one.code)).rejects.toThrow('free');
  });

  it('is there once also when many come to need it at once', async () => {
    const { alice, bob, conversationId } = await group();
    await collection('join_codes').deleteOne({ code: await codeOf(alice, conversationId) });
    const far = await bob.device(services().there.origin);
    const seen = await Promise.all([
      ...Array.from({ length: 5 }, () => codeOf(alice, conversationId)),
      ...Array.from({ length: 5 }, () =>
        far.emit(getConversation, { conversationId }).then(({ code }) => code),
      ),
    ]);
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toMatch(/^.{6}$/);
  });
});

describe('rotating the code', () => {
  it('is for admins and moderators, and the old one leads nowhere then', async () => {
    const { alice, bob, carol, conversationId, code } = await group();
    const params = { id: conversationId };
    expect(
      await codesOf([
        bob.emit(rotateCode, { conversationId }),
        bob.rest.call(postRotateCode, { params, body: {} }),
        carol.emit(rotateCode, { conversationId }),
        carol.emit(rotateCode, { conversationId: UNKNOWN }),
      ]),
    ).toEqual(['FORBIDDEN', 'FORBIDDEN', 'NOTFOUND', 'NOTFOUND']);
    expect(await codeOf(alice, conversationId)).toBe(code);

    const { code: second = '' } = await alice.emit(rotateCode, { conversationId });
    await change(alice, conversationId, 'moderator-promoted', bob);
    const { code: third = '' } = await bob.rest.call(postRotateCode, { params, body: {} });
    expect(new Set([code, second, third]).size).toBe(3);
    expect(
      await codesOf([carol.emit(joinByCode, { code }), carol.emit(joinByCode, { code: second })]),
    ).toEqual(['NOTFOUND', 'NOTFOUND']);
    expect(await carol.emit(joinByCode, { code: third })).toMatchObject({ code: third });

    const history = await alice.emit(listMessages, { conversationId });
    const rotations = history.filter(({ system }) => system?.action === 'code-rotated');
    expect(rotations).toHaveLength(2);
    for (const secret of [code, second, third]) expect(JSON.stringify(rotations)).not.toContain(secret);
  });

  it('again with the same clientId changes nothing', async () => {
    const { alice, conversationId, code } = await group();
    const command = { conversationId, clientId: 'rotate' };
    const { code: second } = await alice.emit(rotateCode, command);
    expect(second).not.toBe(code);
    expect(await alice.emit(rotateCode, command)).toMatchObject({ code: second });
    expect(await alice.emit(listMessages, { conversationId })).toHaveLength(1);
  });

  it('counts from the moment it is in the log, also when whoever wrote it died before the new code was made', async () => {
    const { alice, bob, carol, conversationId, code } = await group();
    const states = services().here.app.get(ConversationStates);
    const rotated = () => ({ action: 'code-rotated' as const, userIds: [] });
    await states.change({ userId: alice.id }, conversationId, undefined, rotated);
    // The other instance still remembers how it was before.
    const far = await carol.device(services().there.origin);
    expect(await codesOf([carol.emit(joinByCode, { code }), far.emit(joinByCode, { code })])).toEqual([
      'NOTFOUND',
      'NOTFOUND',
    ]);
    const fresh = await codeOf(bob, conversationId);
    expect(fresh).not.toBe(code);
    expect(await carol.emit(joinByCode, { code: fresh })).toMatchObject({ _id: conversationId });
  });

  it('comes with the removal of a member, who knows the old one', async () => {
    const { alice, bob, conversationId, code } = await group();
    await change(alice, conversationId, 'member-removed', bob);
    expect(await codesOf([bob.emit(joinByCode, { code })])).toEqual(['NOTFOUND']);
    expect(await codeOf(alice, conversationId)).not.toBe(code);
  });
});

describe('guessing codes', () => {
  it('is slowed down for the user, on all devices and instances together', async () => {
    const { carol, conversationId, code } = await group();
    const far = await carol.device(services().there.origin);
    const guesses = await codesOf([
      ...Array.from({ length: 10 }, () => carol.emit(joinByCode, { code: newJoinCode() })),
      ...Array.from({ length: 10 }, () => far.emit(joinByCode, { code: newJoinCode() })),
      ...Array.from({ length: 10 }, () => carol.rest.call(postJoinByCode, { body: { code: newJoinCode() } })),
    ]);
    expect(guesses.filter((answer) => answer === 'NOTFOUND')).toHaveLength(TRIES);
    expect(guesses.filter((answer) => answer === 'RATE_LIMITED')).toHaveLength(30 - TRIES);

    const { ok, error } = (await carol.chat.emitRaw(joinByCode.name, { code })) as {
      ok: boolean;
      error: { code: string; retryAfterMs: number };
    };
    expect({ ok, code: error.code }).toEqual({ ok: false, code: 'RATE_LIMITED' });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);

    // Time does not wait for a test: the end of the window is moved.
    await collection('join_tries').updateOne({ _id: carol.id as never }, { $set: { ends_at: new Date() } });
    expect(await carol.emit(joinByCode, { code })).toMatchObject({ _id: conversationId });
  });

  it('does not count what was no guess', async () => {
    const { carol, code } = await group();
    for (let i = 0; i < TRIES + 2; i++) await carol.emit(joinByCode, { code });
    for (let i = 0; i < TRIES; i++)
      expect((await refusalOf(carol.emit(joinByCode, { code: newJoinCode() }))).code).toBe('NOTFOUND');
    expect((await refusalOf(carol.emit(joinByCode, { code }))).code).toBe('RATE_LIMITED');
  });
});
