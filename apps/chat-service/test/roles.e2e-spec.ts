import {
  addMember,
  demoteModerator,
  getConversation,
  listConversations,
  listMembers,
  listMessages,
  memberRemoved,
  moderatorUpdated,
  promoteModerator,
  quitConversation,
  removeMember,
  sendMessage,
  transferConversation,
} from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import { codeOf, heard, placeOf, sorted, wordsOf } from './support/rooms';

const service = useChatService();
const people = <N extends readonly string[]>(...names: N) => service().people(...names);

/** A group with somebody in each role. */
async function team() {
  const [admin, moderator, member, stranger] = await people('admin', 'moderator', 'member', 'stranger');
  const group = await admin.group(moderator, member);
  await admin.emit(promoteModerator, { ...placeOf(group), userId: moderator.id });
  return { admin, moderator, member, stranger, group, place: placeOf(group) };
}

describe('leaving', () => {
  it('ends a membership for good', async () => {
    const { admin, moderator, member, group, place } = await team();
    expect(await member.emit(quitConversation, place)).toEqual({});
    const notice = await admin.chat.receives(memberRemoved);
    expect(notice).toMatchObject({ userId: member.id, removedBy: member.id, memberCount: 2 });
    await member.chat.receives(memberRemoved);
    expect(await codeOf(member.emit(getConversation, place))).toBe('NOTFOUND');
    expect(await codeOf(member.emit(quitConversation, place))).toBe('NOTFOUND');
    const [{ system } = {}] = await moderator.emit(listMessages, place);
    expect(system).toEqual({ action: 'member-left', userIds: [member.id] });
    expect(heard(member.chat, memberRemoved, group)).toHaveLength(1);
  });

  it('is for the admin to do last, or after handing over', async () => {
    const { admin, moderator, member, place } = await team();
    expect(await wordsOf(admin.emit(quitConversation, place))).toBe(
      'CONFLICT the admin cannot leave while others remain: hand over first',
    );
    await admin.emit(transferConversation, { ...place, userId: member.id });
    await admin.emit(quitConversation, place);
    await moderator.emit(quitConversation, place);
    await member.emit(quitConversation, place);
    for (const who of [admin, moderator, member]) {
      expect(await codeOf(who.emit(getConversation, place))).toBe('NOTFOUND');
      expect(await who.emit(listConversations, {})).toEqual([]);
    }
  });
});

describe('roles', () => {
  it('change by promotion, demotion and handing over, and all members hear of it', async () => {
    const { admin, moderator, member, group, place } = await team();
    const about = { ...place, userId: member.id };
    expect(await admin.emit(promoteModerator, about)).toMatchObject({
      moderator_ids: [moderator.id, member.id],
    });
    expect(await admin.emit(promoteModerator, about)).toMatchObject({
      moderator_ids: [moderator.id, member.id],
    });
    expect(await admin.emit(demoteModerator, about)).toMatchObject({ moderator_ids: [moderator.id] });
    expect(await admin.emit(transferConversation, about)).toMatchObject({
      admin_id: member.id,
      moderator_ids: [moderator.id, admin.id],
    });
    expect(await codeOf(admin.emit(demoteModerator, { ...place, userId: moderator.id }))).toBe('FORBIDDEN');
    expect(await moderator.emit(demoteModerator, { ...place, userId: moderator.id })).toMatchObject({
      moderator_ids: [admin.id],
    });
    const told = [
      [moderator.id, 'moderator'],
      [member.id, 'moderator'],
      [member.id, 'member'],
      [member.id, 'admin'],
      [moderator.id, 'member'],
    ];
    for (const who of [admin, moderator, member]) {
      await who.chat.receivesMany(moderatorUpdated, told.length);
      const notices = heard(who.chat, moderatorUpdated, group);
      expect(notices.map(({ userId, role }) => [userId, role])).toEqual(told);
      expect(notices.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    }
    const roles = (await member.emit(listMembers, place)).map(({ userId, role }) => [userId, role]);
    expect(new Map(roles as [number, string][])).toEqual(
      new Map([
        [admin.id, 'moderator'],
        [moderator.id, 'member'],
        [member.id, 'admin'],
      ]),
    );
  });

  it('are given by the admin alone, to members alone', async () => {
    const { admin, moderator, member, stranger, place } = await team();
    for (const event of [promoteModerator, demoteModerator, transferConversation]) {
      for (const [who, code] of [
        [member, 'FORBIDDEN'],
        [moderator, 'FORBIDDEN'],
        [stranger, 'NOTFOUND'],
      ] as const)
        expect(await codeOf(who.emit(event, { ...place, userId: member.id })), `${event.name} ${code}`).toBe(
          code,
        );
      const words = await wordsOf(admin.emit(event, { ...place, userId: stranger.id }));
      expect(words, event.name).toBe('NOTFOUND member not found');
    }
    for (const event of [promoteModerator, demoteModerator])
      expect(await codeOf(admin.emit(event, { ...place, userId: admin.id }))).toBe('CONFLICT');
    expect(await admin.emit(listMessages, place)).toHaveLength(1);
  });
});

describe('a repeated command', () => {
  it('is answered like the first and changes nothing, also when its sender could not give it any more', async () => {
    const { admin, moderator, member, group, place } = await team();
    const [ann] = await people('ann');
    const add = () => admin.emit(addMember, { ...place, userId: ann.id, clientId: 'add' });
    const remove = () => moderator.emit(removeMember, { ...place, userId: ann.id, clientId: 'remove' });
    const transfer = () =>
      admin.emit(transferConversation, { ...place, userId: moderator.id, clientId: 'transfer' });
    const demote = () => moderator.emit(demoteModerator, { ...place, userId: admin.id, clientId: 'demote' });
    const quit = () => member.emit(quitConversation, { ...place, clientId: 'quit' });
    for (const command of [add, remove, transfer, demote, quit]) {
      await command();
      await command();
    }
    const again = await transfer();
    expect(again).toMatchObject({
      admin_id: moderator.id,
      moderator_ids: [],
      participants: sorted(admin, moderator),
    });
    const history = await admin.emit(listMessages, place);
    expect(history.map(({ system }) => system?.action)).toEqual([
      'member-left',
      'moderator-demoted',
      'admin-changed',
      'member-removed',
      'member-added',
      'moderator-promoted',
    ]);
    await admin.chat.receives(memberRemoved, ({ userId }) => userId === member.id);
    expect(heard(admin.chat, memberRemoved, group)).toHaveLength(2);
  });

  it('must not be another command', async () => {
    const { admin, moderator, member, place } = await team();
    const about = { ...place, userId: member.id };
    await admin.emit(sendMessage, { ...place, content: 'hi', clientId: 'one' });
    await admin.emit(promoteModerator, { ...about, clientId: 'two' });
    for (const clientId of ['one', 'two'])
      expect(await codeOf(admin.emit(removeMember, { ...about, clientId }))).toBe('CONFLICT clientId');
    expect((await admin.emit(getConversation, place)).participants).toEqual(sorted(admin, moderator, member));
  });
});
