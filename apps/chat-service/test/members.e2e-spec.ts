import {
  addMember,
  createConversation,
  demoteModerator,
  getConversation,
  joinConversation,
  listConversations,
  listMembers,
  listMessages,
  memberAdded,
  memberRemoved,
  messageCreated,
  promoteModerator,
  quitConversation,
  removeMember,
  sendMessage,
  transferConversation,
  typing,
  typingNotice,
  userBlocked,
} from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { RoomAnnouncer } from '../src/live-rooms/room-announcer';
import { useChatService } from './support/chat-service';
import { ownQueues, PeopleEvents } from './support/people-events';
import { codeOf, heard, placeOf, sorted, wordsOf } from './support/rooms';

const [queues, messaging] = ownQueues();
const LIMITS = { MAX_GROUP_SIZE: '5', MAX_CONVERSATIONS_PER_USER: '4' };
const service = useChatService({ ...queues, ...LIMITS }, messaging);
const events = new PeopleEvents(service);
const people = <N extends readonly string[]>(...names: N) => service().people(...names);

/** A group with somebody in each role. */
async function team() {
  const [admin, moderator, member, stranger] = await people('admin', 'moderator', 'member', 'stranger');
  const group = await admin.group(moderator, member);
  await admin.emit(promoteModerator, { ...placeOf(group), userId: moderator.id });
  return { admin, moderator, member, stranger, group, place: placeOf(group) };
}

describe('adding members', () => {
  it('brings several in by one change, which all members hear once, at its place among the messages', async () => {
    const { admin, moderator, member, group, place } = await team();
    const [ann, bea] = await people('ann', 'bea');
    const laptop = await ann.device();
    await member.emit(sendMessage, { ...place, content: 'before' });
    const answer = await moderator.emit(addMember, {
      ...place,
      userIds: [bea.id, ann.id, ann.id, member.id],
    });
    expect(answer).toMatchObject({
      _id: group._id,
      participants: sorted(admin, moderator, member, ann, bea),
    });
    const { data: history } = await ann.chat.ask(listMessages, place);
    expect(history.map(({ type, content }) => content || type)).toEqual(['system', 'before', 'system']);
    const [{ seq, ev, system } = {}] = history;
    expect(system).toEqual({ action: 'member-added', userIds: [bea.id, ann.id] });
    for (const chat of [admin.chat, moderator.chat, member.chat, ann.chat, laptop, bea.chat]) {
      await chat.receives(memberAdded);
      await chat.receives(messageCreated, (message) => message.seq === seq);
      expect(heard(chat, memberAdded, group)).toEqual([
        {
          ...place,
          seq,
          ev,
          userId: bea.id,
          userIds: [bea.id, ann.id],
          memberCount: 5,
          addedBy: moderator.id,
        },
      ]);
    }
    await ann.emit(sendMessage, { ...place, content: 'hello' });
    await member.chat.receives(messageCreated, ({ content }) => content === 'hello');
    expect(await bea.emit(listConversations, {})).toMatchObject([{ _id: group._id }]);
  });

  it('changes nothing when all are in it already', async () => {
    const { admin, member, moderator, place } = await team();
    const { participants } = await admin.emit(addMember, { ...place, userId: member.id });
    expect(participants).toEqual(sorted(admin, moderator, member));
    expect(await admin.emit(listMessages, place)).toHaveLength(1);
  });

  it('is refused to plain members, and strangers learn nothing by trying', async () => {
    const { member, stranger, place } = await team();
    const [ann] = await people('ann');
    expect(await codeOf(member.emit(addMember, { ...place, userId: ann.id }))).toBe('FORBIDDEN');
    const unknown = { conversationId: 'f'.repeat(24), userId: ann.id };
    const refusals = [
      await wordsOf(stranger.emit(addMember, { ...place, userId: ann.id })),
      await wordsOf(stranger.emit(addMember, { ...place, userId: 2_147_483_647 })),
      await wordsOf(stranger.emit(addMember, unknown)),
    ];
    expect(refusals).toEqual(Array(3).fill('NOTFOUND conversation not found'));
  });

  it('says what is wrong with those who are named', async () => {
    const { admin, place } = await team();
    const ids = (count: number) => Array.from({ length: count }, () => service().everybody.newId());
    const add = (whom: { userId?: number; userIds?: number[] }) =>
      codeOf(admin.emit(addMember, { ...place, ...whom }));
    expect(await add({})).toBe('BAD_REQUEST userId');
    expect(await add({ userId: 1, userIds: [2] })).toBe('BAD_REQUEST userIds');
    expect(await add({ userIds: [] })).toBe('BAD_REQUEST userIds');
    expect(await add({ userIds: ids(101) })).toBe('BAD_REQUEST userIds');
    expect(await add({ userId: 2_147_483_647 })).toBe('BAD_REQUEST userId');
    expect(await add({ userIds: [...ids(1), 2_147_483_647] })).toBe('BAD_REQUEST userIds');
    expect(await add({ userIds: ids(3) })).toBe('BAD_REQUEST userIds');
    expect((await admin.emit(addMember, { ...place, userIds: ids(2) })).participants).toHaveLength(5);
    expect(await add({ userId: ids(1)[0]! })).toBe('BAD_REQUEST userId');
  });

  it('does not bring together whom a block keeps apart, and names nobody', async () => {
    const { admin, place } = await team();
    const [ann, bea] = await people('ann', 'bea');
    await events.blocked(ann, admin);
    await ann.chat.receives(userBlocked);
    const { code, message } = await refusalOf(admin.emit(addMember, { ...place, userIds: [bea.id, ann.id] }));
    expect(code).toBe('FORBIDDEN');
    expect(message).not.toContain(String(ann.id));
    await admin.emit(addMember, { ...place, userId: bea.id });
  });

  it('stops at the number of conversations that one can be in, and so does beginning one', async () => {
    const { admin, place } = await team();
    const [ann, bea] = await people('ann', 'bea');
    for (let n = 0; n < 4; n++) await ann.group(bea);
    const { code, fields, message } = await refusalOf(admin.emit(addMember, { ...place, userId: ann.id }));
    expect({ code, fields }).toEqual({ code: 'CONFLICT', fields: ['userId'] });
    expect(message).toContain('4 conversations');
    const more = { participantIds: [admin.id] };
    expect(await codeOf(ann.emit(createConversation, more))).toBe('CONFLICT participantIds');
    expect(await codeOf(ann.emit(createConversation, { ...more, type: 'private' }))).toBe(
      'CONFLICT participantIds',
    );
    const [{ _id } = { _id: '' }] = await ann.emit(listConversations, {});
    await ann.emit(removeMember, { conversationId: _id, userId: bea.id });
    await admin.emit(addMember, { ...place, userId: bea.id });
  });

  it('makes no sense in a private conversation, nor does anything else about members', async () => {
    const [ann, bea, carol] = await people('ann', 'bea', 'carol');
    const pair = await ann.emit(createConversation, { type: 'private', participantIds: [bea.id] });
    const about = { ...placeOf(pair), userId: bea.id };
    expect(await codeOf(ann.emit(addMember, { ...about, userId: carol.id }))).toBe('CONFLICT');
    for (const event of [removeMember, promoteModerator, demoteModerator, transferConversation])
      expect(await codeOf(ann.emit(event, about)), event.name).toBe('CONFLICT');
    expect(await codeOf(ann.emit(quitConversation, placeOf(pair)))).toBe('CONFLICT');
    expect((await ann.emit(getConversation, placeOf(pair))).participants).toEqual(sorted(ann, bea));
  });
});

describe('removing a member', () => {
  it('is the last that they hear of the conversation', async () => {
    const { admin, moderator, member, group, place } = await team();
    for (const { chat } of [admin, member]) await chat.emit(joinConversation, place);
    const answer = await moderator.emit(removeMember, { ...place, userId: member.id });
    expect(answer.participants).toEqual(sorted(admin, moderator));
    await admin.emit(sendMessage, { ...place, content: 'behind their back' });
    await moderator.chat.receives(messageCreated, ({ content }) => content === 'behind their back');
    const [{ seq, ev } = { seq: 0, ev: 0 }] = heard(moderator.chat, memberRemoved, group);
    const notice = {
      ...place,
      seq,
      ev,
      userId: member.id,
      userIds: [member.id],
      memberCount: 2,
      removedBy: moderator.id,
    };
    const open = service().app.get(RoomAnnouncer).visits.in(group._id);
    expect([...open.values()]).toEqual([admin.id]);
    await moderator.emit(typing, { ...place, isTyping: true });
    // What comes later on the same way shows that nothing came before it.
    const other = await admin.group(member);
    await admin.emit(sendMessage, { ...placeOf(other), content: 'elsewhere' });
    await member.chat.receives(messageCreated, ({ content }) => content === 'elsewhere');
    expect(heard(member.chat, memberRemoved, group)).toEqual([notice]);
    const seqs = member.chat.received(messageCreated, ({ conversation_id }) => conversation_id === group._id);
    expect(seqs.map((message) => message.seq)).toEqual([1, seq]);
    expect(await codeOf(member.emit(sendMessage, { ...place, content: 'still here' }))).toBe('NOTFOUND');
    expect(await codeOf(member.emit(listMessages, place))).toBe('NOTFOUND');
    expect(await codeOf(member.emit(listMembers, place))).toBe('NOTFOUND');
    expect(await member.emit(listConversations, {})).toMatchObject([{ _id: other._id }]);
    expect(admin.chat.received(typingNotice)).toHaveLength(1);
    expect(member.chat.received(typingNotice)).toEqual([]);
  });

  it('is for moderators towards members, for the admin towards all others', async () => {
    const { admin, moderator, member, stranger, place } = await team();
    const second = { ...place, userId: member.id };
    expect(await codeOf(member.emit(removeMember, { ...place, userId: moderator.id }))).toBe('FORBIDDEN');
    expect(await codeOf(stranger.emit(removeMember, second))).toBe('NOTFOUND');
    expect(await codeOf(moderator.emit(removeMember, { ...place, userId: admin.id }))).toBe('FORBIDDEN');
    expect(await codeOf(moderator.emit(removeMember, { ...place, userId: moderator.id }))).toBe('FORBIDDEN');
    expect(await codeOf(admin.emit(removeMember, { ...place, userId: admin.id }))).toBe('CONFLICT');
    expect(await wordsOf(admin.emit(removeMember, { ...place, userId: stranger.id }))).toBe(
      'NOTFOUND member not found',
    );
    await admin.emit(promoteModerator, second);
    expect(await codeOf(moderator.emit(removeMember, second))).toBe('FORBIDDEN');
    await admin.emit(removeMember, second);
    expect(await admin.emit(getConversation, place)).toMatchObject({
      participants: sorted(admin, moderator),
      moderator_ids: [moderator.id],
    });
  });

  it('can be followed by another adding, with the role and the time of a new member', async () => {
    const { admin, moderator, group, place } = await team();
    const about = { ...place, userId: moderator.id };
    await admin.emit(removeMember, about);
    await admin.emit(addMember, about);
    const [joined] = (await moderator.emit(listMembers, place)).filter(
      ({ userId }) => userId === moderator.id,
    );
    expect(joined).toMatchObject({ role: 'member' });
    expect(new Date(joined!.joinedAt).getTime()).toBeGreaterThan(new Date(group.created_at).getTime());
    await admin.emit(sendMessage, { ...place, content: 'welcome back' });
    await moderator.chat.receives(messageCreated, ({ content }) => content === 'welcome back');
  });
});

describe('the list of members', () => {
  it('comes in pages, in the order of ids', async () => {
    const { admin, moderator, member, stranger, place } = await team();
    const first = await admin.chat.ask(listMembers, { ...place, limit: 2 });
    const rest = await admin.chat.ask(listMembers, { ...place, limit: 2, cursor: first.page?.next ?? '' });
    expect([...first.data, ...rest.data].map(({ userId }) => userId)).toEqual(
      sorted(admin, moderator, member),
    );
    expect(rest.page).toEqual({ next: null });
    expect(await codeOf(admin.emit(listMembers, { ...place, cursor: 'x' }))).toBe('BAD_REQUEST cursor');
    expect(await codeOf(admin.emit(listMembers, { ...place, limit: 1_001 }))).toBe('BAD_REQUEST limit');
    expect(await codeOf(stranger.emit(listMembers, place))).toBe('NOTFOUND');
    await eventually(
      () => admin.emit(listMembers, place),
      (members) => expect(members.map(({ online }) => online)).toEqual([true, true, true]),
    );
  });
});
