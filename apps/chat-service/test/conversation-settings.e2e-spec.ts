import {
  archiveConversation,
  conversationArchived,
  conversationMuted,
  conversationNicknamed,
  conversationPinned,
  getConversation,
  hideConversation,
  listConversations,
  muteConversation,
  nicknameMember,
  pinConversation,
  postArchiveConversation,
  postMuteConversation,
  postNickname,
  postPinConversation,
  quitConversation,
  sendMessage,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { SettingsRepository } from '../src/conversation-settings/settings.repository';
import { SettingsService } from '../src/conversation-settings/settings.service';
import { quietAmong, QuietMembers } from '../src/conversation-settings/quiet-members';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { told } from './support/refusals';

const service = useChatService({ MAX_PINNED_CONVERSATIONS: '2', MAX_NICKNAMES: '2' });
const UNKNOWN = 'f'.repeat(24);
const UNMUTED = { muted: false, mutedUntil: null, notify: 'all' };
const NOTHING = { ...UNMUTED, pinned: false, archived: false, nicknames: {} };
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

const groupOf = (alice: Person, bob: Person) => alice.group(bob);

describe('what a member sets for a conversation', () => {
  it('is nothing at first, and part of what they get, not of what others get', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await groupOf(alice, bob);
    expect(await alice.emit(getConversation, { conversationId })).toMatchObject({ mySettings: NOTHING });
    await alice.emit(muteConversation, { conversationId, muted: true });
    await alice.emit(nicknameMember, { conversationId, userId: bob.id, nickname: 'Bobby' });
    const mySettings = { ...NOTHING, muted: true, notify: 'nothing', nicknames: { [bob.id]: 'Bobby' } };
    expect(await alice.emit(getConversation, { conversationId })).toMatchObject({ mySettings });
    expect(await alice.emit(listConversations, {})).toMatchObject([{ mySettings }]);
    expect(await bob.emit(getConversation, { conversationId })).toMatchObject({ mySettings: NOTHING });
    expect(await bob.emit(listConversations, {})).toMatchObject([{ mySettings: NOTHING }]);
  });

  it('is told to all of their devices, and to nobody else', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const laptop = await alice.device();
    const { _id: conversationId } = await groupOf(alice, bob);
    const muteUntil = inAnHour();
    await alice.emit(muteConversation, { conversationId, muted: true, muteUntil });
    await alice.rest.call(postPinConversation, { params: { id: conversationId }, body: { pinned: true } });
    await alice.emit(archiveConversation, { conversationId, archived: true });
    await alice.emit(nicknameMember, { conversationId, userId: bob.id, nickname: 'Bobby' });
    for (const device of [alice.chat, laptop]) {
      expect(await device.receives(conversationMuted)).toEqual({
        conversationId,
        ...{ muted: true, mutedUntil: muteUntil, notify: 'nothing' },
      });
      expect(await device.receives(conversationPinned)).toEqual({ conversationId, pinned: true });
      expect(await device.receives(conversationArchived)).toEqual({ conversationId, archived: true });
      expect(await device.receives(conversationNicknamed)).toEqual({
        conversationId,
        userId: bob.id,
        nickname: 'Bobby',
      });
    }
    await bob.emit(listConversations, {});
    for (const event of [conversationMuted, conversationPinned, conversationArchived])
      expect(bob.chat.received(event as typeof conversationPinned)).toEqual([]);
  });

  it('says what shall be: a repeat changes nothing', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await groupOf(alice, bob);
    const muteUntil = inAnHour();
    const commands = [
      () => alice.emit(muteConversation, { conversationId, muted: true, muteUntil }),
      () => alice.emit(pinConversation, { conversationId, pinned: true }),
      () => alice.emit(hideConversation, { conversationId }),
      () => alice.emit(nicknameMember, { conversationId, userId: bob.id, nickname: 'B' }),
      () => alice.emit(nicknameMember, { conversationId, userId: bob.id, nickname: null }),
      () => alice.emit(pinConversation, { conversationId, pinned: false }),
      () => alice.emit(archiveConversation, { conversationId, archived: false }),
      () => alice.emit(muteConversation, { conversationId, muted: false }),
    ];
    for (const command of commands) expect(await command()).toEqual(await command());
    expect(await alice.emit(getConversation, { conversationId })).toMatchObject({ mySettings: NOTHING });
  });

  it('can be set at once from many devices: nothing gets lost', async () => {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.group(bob, carol);
    const id = conversationId;
    const body = { pinned: true };
    await Promise.all([
      alice.rest.call(postMuteConversation, { params: { id }, body: { muted: true } }),
      alice.rest.call(postPinConversation, { params: { id }, body }),
      alice.rest.call(postArchiveConversation, { params: { id }, body: {} }),
      alice.rest.call(postNickname, { params: { id }, body: { userId: bob.id, nickname: 'B' } }),
      alice.rest.call(postNickname, { params: { id }, body: { userId: carol.id, nickname: 'C' } }),
    ]);
    expect(await alice.emit(getConversation, { conversationId })).toMatchObject({
      mySettings: {
        muted: true,
        pinned: true,
        archived: true,
        nicknames: { [bob.id]: 'B', [carol.id]: 'C' },
      },
    });
  });

  it('is refused in conversations of others as in ones that nobody has', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const { _id: real } = await groupOf(alice, bob);
    const refusals = (conversationId: string) => {
      const params = { id: conversationId };
      return told([
        eve.emit(muteConversation, { conversationId, muted: true }),
        eve.emit(pinConversation, { conversationId, pinned: true }),
        eve.emit(archiveConversation, { conversationId }),
        eve.emit(hideConversation, { conversationId }),
        eve.emit(nicknameMember, { conversationId, userId: bob.id, nickname: 'B' }),
        eve.rest.call(postMuteConversation, { params, body: { muted: true } }),
        eve.rest.call(postPinConversation, { params, body: { pinned: true } }),
        eve.rest.call(postArchiveConversation, { params, body: {} }),
        eve.rest.call(postNickname, { params, body: { userId: bob.id, nickname: 'B' } }),
      ]);
    };
    const answers = await refusals(real);
    expect(answers).toEqual(await refusals(UNKNOWN));
    for (const answer of answers) expect(answer).toContain('NOTFOUND conversation not found');
  });
});

describe('a mute', () => {
  it('ends by itself', async () => {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.group(bob, carol);
    const muteUntil = inAnHour();
    await alice.emit(muteConversation, { conversationId, muted: true, muteUntil });
    await bob.emit(muteConversation, { conversationId, muted: true });
    await carol.emit(muteConversation, { conversationId, muted: true, exceptMentions: true });
    const mutes = await service().app.get(QuietMembers).load(conversationId);
    const quietAt = (at: string, named?: Person) =>
      [...quietAmong(mutes, new Date(at), (id) => id === named?.id)].sort();
    expect(quietAt(new Date().toISOString())).toEqual([alice.id, bob.id, carol.id].sort());
    expect(quietAt(new Date().toISOString(), bob)).toEqual([alice.id, bob.id, carol.id].sort());
    expect(quietAt(new Date().toISOString(), carol)).toEqual([alice.id, bob.id].sort());
    expect(quietAt(muteUntil)).toEqual([bob.id, carol.id].sort());

    // Time does not wait for a test: what was set is moved.
    const past = { muted_until: new Date(Date.now() - 1) };
    await service().app.get(SettingsRepository).set(alice.id, conversationId, past);
    expect(await alice.emit(getConversation, { conversationId })).toMatchObject({ mySettings: NOTHING });
  });

  it('needs an end in the future, if it has one', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await groupOf(alice, bob);
    const attempts = [
      { muted: true, muteUntil: new Date(Date.now() - 1_000).toISOString() },
      { muted: false, muteUntil: inAnHour() },
      { muted: false, exceptMentions: true },
      { muted: true, muteUntil: 'tomorrow' },
    ];
    for (const body of attempts) {
      const field = 'exceptMentions' in body ? 'exceptMentions' : 'muteUntil';
      const refusal = await refusalOf(alice.emit(muteConversation, { conversationId, ...body }));
      expect({ code: refusal.code, fields: refusal.fields }, JSON.stringify(body)).toEqual({
        code: 'BAD_REQUEST',
        fields: [field],
      });
      const byRest = alice.rest.call(postMuteConversation, { params: { id: conversationId }, body });
      expect((await refusalOf(byRest)).fields).toEqual([field]);
    }
  });
});

describe('pins and archives in the list', () => {
  it('pinned ones come first, the latest pinned on top, on whatever page', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const groups = [await groupOf(alice, bob), await groupOf(alice, bob), await groupOf(alice, bob)] as const;
    const [a, b, c] = groups.map(({ _id }) => _id) as [string, string, string];
    const order = async () => (await alice.emit(listConversations, {})).map(({ _id }) => _id);
    expect(await order()).toEqual([c, b, a]);
    await alice.emit(pinConversation, { conversationId: a, pinned: true });
    await alice.emit(pinConversation, { conversationId: b, pinned: true });
    await alice.emit(sendMessage, { conversationId: c, content: 'the latest' });
    expect(await order()).toEqual([b, a, c]);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { data, page } = await alice.chat.ask(listConversations, { limit: 1, ...(cursor && { cursor }) });
      seen.push(...data.map(({ _id }) => _id));
      cursor = page?.next ?? null;
    }
    expect(seen).toEqual([b, a, c]);
    expect((await bob.emit(listConversations, {})).map(({ _id }) => _id)).toEqual([c, b, a]);
    await alice.emit(pinConversation, { conversationId: b, pinned: false });
    expect(await order()).toEqual([a, c, b]);
  });

  it('there are so many and no more, also when they are pinned at once', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push((await groupOf(alice, bob))._id);
    const pin = (id: string) =>
      alice.rest.call(postPinConversation, { params: { id }, body: { pinned: true } });
    const results = await Promise.allSettled(ids.map(pin));
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(2);
    const pinned = async () =>
      (await alice.emit(listConversations, {})).filter(({ mySettings }) => mySettings?.pinned);
    expect((await pinned()).length).toBeLessThanOrEqual(2);
    for (const { _id } of await pinned())
      await alice.emit(pinConversation, { conversationId: _id, pinned: false });
    await pin(ids[0]!);
    await pin(ids[1]!);
    const { code } = await refusalOf(alice.emit(pinConversation, { conversationId: ids[2]!, pinned: true }));
    expect(code).toBe('CONFLICT');
    expect(await pin(ids[1]!)).toMatchObject({ pinned: true });
    expect(await pinned()).toHaveLength(2);
  });

  it('to pin again changes no place, and what one has left takes none', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const [a, b, c] = [
      await groupOf(bob, alice),
      await groupOf(bob, alice),
      await groupOf(bob, alice),
    ] as const;
    const pin = ({ _id }: { _id: string }) =>
      alice.emit(pinConversation, { conversationId: _id, pinned: true });
    const order = async () => (await alice.emit(listConversations, {})).map(({ _id }) => _id);
    await pin(a);
    await pin(b);
    await pin(a);
    expect(await order()).toEqual([b._id, a._id, c._id]);
    await alice.emit(quitConversation, { conversationId: b._id });
    await pin(c);
    expect(await order()).toEqual([c._id, a._id]);
  });

  it('archived ones are shown only when they are asked for', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: kept } = await groupOf(alice, bob);
    const { _id: conversationId } = await groupOf(alice, bob);
    await alice.emit(archiveConversation, { conversationId, archived: true });
    const idsOf = async (input: { archived?: boolean }) =>
      (await alice.emit(listConversations, input)).map(({ _id }) => _id);
    expect(await idsOf({})).toEqual([kept]);
    expect(await idsOf({ archived: false })).toEqual([kept]);
    expect(await idsOf({ archived: true })).toEqual([conversationId]);
    expect(await bob.emit(listConversations, {})).toHaveLength(2);
    await alice.emit(sendMessage, { conversationId, content: 'it is still there' });
    expect(await idsOf({})).toEqual([kept]);
    await alice.emit(archiveConversation, { conversationId, archived: false });
    expect(await idsOf({})).toEqual([conversationId, kept]);
  });
});

describe('nicknames', () => {
  it('are for members, as many as a setting says, and never empty', async () => {
    const [alice, ...others] = await service().people('alice', 'bob', 'carol', 'dave', 'eve');
    const [bob, carol, dave, eve] = others;
    const { _id: conversationId } = await alice.group(bob, carol, dave);
    const name = (who: Person, nickname: string | null) =>
      alice.emit(nicknameMember, { conversationId, userId: who.id, nickname });
    expect((await refusalOf(name(eve, 'Evie'))).code).toBe('NOTFOUND');
    for (const nickname of ['', ' ', 'x'.repeat(51)]) {
      const { code, fields } = await refusalOf(name(bob, nickname));
      expect({ code, fields }).toEqual({ code: 'BAD_REQUEST', fields: ['nickname'] });
    }
    await name(bob, 'Bobby');
    await name(carol, 'Cee');
    expect((await refusalOf(name(dave, 'Davy'))).code).toBe('CONFLICT');
    expect((await name(bob, 'Rob')).nicknames).toEqual({ [bob.id]: 'Rob', [carol.id]: 'Cee' });
    await name(bob, null);
    expect((await name(dave, 'Davy')).nicknames).toEqual({ [carol.id]: 'Cee', [dave.id]: 'Davy' });
  });

  it('are gone with the account, those that somebody gave and those that they got', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await groupOf(alice, bob);
    await alice.emit(nicknameMember, { conversationId, userId: bob.id, nickname: 'Bobby' });
    await bob.emit(nicknameMember, { conversationId, userId: alice.id, nickname: 'Al' });
    await service().app.get(SettingsService).removeAllOf(bob.id);
    await eventually(
      () => alice.emit(getConversation, { conversationId }),
      (seen) => expect(seen.mySettings?.nicknames).toEqual({}),
    );
    expect(await bob.emit(getConversation, { conversationId })).toMatchObject({ mySettings: NOTHING });
  });
});
