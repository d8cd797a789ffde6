import {
  listConversations,
  messageCreated,
  sendMessage,
  typing,
  typingNotice,
  userBlocked,
  type TypingNoticeDto,
} from '@app/contracts';
import { Broadcaster } from '@app/realtime';
import { eventually, refusalOf, type Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import type { Person } from './support/people';
import { PeopleEvents } from './support/people-events';
import { useTwoChatServices } from './support/two-chat-services';

const TTL_MS = 2_000;
const services = useTwoChatServices({ TYPING_TTL_MS: String(TTL_MS), TYPING_RATE_MAX: '30' });
const events = new PeopleEvents(() => services().one);

const types = (who: Person | Connection, conversationId: string, isTyping = true) =>
  who.emit(typing, { conversationId, isTyping });
const heard = (device: Connection) => device.received(typingNotice).map(({ isTyping }) => isTyping);
const start = ({ isTyping }: TypingNoticeDto) => isTyping;
const end = ({ isTyping }: TypingNoticeDto) => !isTyping;

/** Alice and carol on one instance, bob on the other. */
async function three() {
  const { one, two, at } = services();
  const [alice, bob, carol] = [await at(one), await at(two), await at(one)];
  const conversationId = (await alice.group(bob, carol))._id;
  return { alice, bob, carol, conversationId };
}

describe('typing', () => {
  it('ends by itself when it is not said again, on all instances, once', async () => {
    const { alice, bob, carol, conversationId } = await three();
    await types(alice, conversationId);
    for (const { chat } of [bob, carol]) {
      await chat.receives(typingNotice, start);
      const notice = await chat.receives(typingNotice, end);
      expect(notice).toEqual({ conversationId, userId: alice.id, isTyping: false });
    }
    // Longer than any instance would take it for granted.
    const { one, at } = services();
    const again = await at(one);
    await types(again, (await again.group(bob))._id);
    await bob.chat.receives(typingNotice, ({ userId, isTyping }) => userId === again.id && !isTyping);
    expect([heard(bob.chat), heard(carol.chat), heard(alice.chat)]).toEqual([
      [true, false, true, false],
      [true, false],
      [],
    ]);
  });

  it('said again is told once a second, and lasts as long as from the first time on', async () => {
    const { alice, bob, conversationId } = await three();
    const began = performance.now();
    await types(alice, conversationId);
    while (performance.now() - began < TTL_MS / 3) await alice.emit(listConversations, {});
    const last = performance.now();
    await types(alice, conversationId);
    const told = 1 + Math.floor((performance.now() - began) / 1_000);
    await bob.chat.receives(typingNotice, end);
    expect(performance.now() - last).toBeGreaterThan(TTL_MS * 0.95);
    expect(heard(bob.chat).filter((isTyping) => isTyping).length).toBeLessThanOrEqual(told);
  });

  it('is taken back once, however often that is said', async () => {
    const { alice, bob, conversationId } = await three();
    await types(alice, conversationId, false);
    await types(alice, conversationId);
    for (let round = 0; round < 3; round++) await types(alice, conversationId, false);
    await bob.chat.receives(typingNotice, end);
    await alice.emit(sendMessage, { conversationId, content: 'later on the same way' });
    await bob.chat.receives(messageCreated);
    expect(heard(bob.chat)).toEqual([true, false]);
  });

  it('ends with the last of the devices that say so', async () => {
    const { alice, bob, conversationId } = await three();
    const phone = await alice.device();
    await types(alice, conversationId);
    await types(phone, conversationId);
    await bob.chat.receives(typingNotice, start);
    phone.close();
    await types(alice, conversationId);
    await bob.emit(listConversations, {});
    expect(heard(bob.chat)).not.toContain(false);
    alice.chat.close();
    await bob.chat.receives(typingNotice, end);
  });

  it('ends with a message, wherever that is sent', async () => {
    const { alice, bob, carol, conversationId } = await three();
    const elsewhere = await alice.device(services().two.origin);
    for (const device of [alice.chat, elsewhere]) {
      const before = heard(bob.chat).length;
      await types(alice, conversationId);
      await device.emit(sendMessage, { conversationId, content: 'said' });
      for (const { chat } of [bob, carol])
        await eventually(
          () => Promise.resolve(heard(chat).slice(before)),
          (notices) => expect(notices).toEqual([true, false]),
        );
    }
  });

  it('ends when the instance that it came from has died without a word', async () => {
    const { alice, bob, carol, conversationId } = await three();
    // What the other one would have said, and nothing after it.
    const audience = [bob.id, carol.id];
    const told = { conversationId, userId: alice.id, isTyping: true, audience };
    services().two.app.get(Broadcaster).tellPeers('typing:told', told);
    await carol.chat.receives(typingNotice, start);
    await carol.chat.receives(typingNotice, end);
    expect(heard(bob.chat)).toEqual([]);
  });

  it('is not shown to those who are not on talking terms with the typist, also in a group', async () => {
    const { alice, bob, carol, conversationId } = await three();
    await events.blocked(carol, alice);
    await carol.chat.receives(userBlocked);
    await types(alice, conversationId);
    await bob.chat.receives(typingNotice, start);
    await types(carol, conversationId);
    await bob.chat.receives(typingNotice, ({ userId }) => userId === carol.id);
    for (const { chat } of [alice, carol]) expect(heard(chat)).toEqual([]);
  });

  it('is for members', async () => {
    const { conversationId, bob } = await three();
    const { one, at } = services();
    const eve = await at(one);
    expect((await refusalOf(types(eve, conversationId))).code).toBe('NOTFOUND');
    expect((await refusalOf(types(eve, 'f'.repeat(24)))).message).toContain(
      'NOTFOUND conversation not found',
    );
    const bad = await refusalOf(eve.emit(typing, { conversationId, isTyping: 'yes' as never }));
    expect(bad).toMatchObject({ code: 'BAD_REQUEST', fields: ['isTyping'] });
    expect(heard(bob.chat)).toEqual([]);
  });

  it('too often is refused with the time to wait, for this user only', async () => {
    const { alice, carol, conversationId } = await three();
    const refusals: unknown[] = [];
    for (let round = 0; round < 61 && refusals.length === 0; round++) {
      const answer = await alice.chat.emitRaw('typing', { conversationId, isTyping: round % 2 === 0 });
      if (!answer.ok) refusals.push(answer.error);
    }
    expect(refusals).toMatchObject([{ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) as number }]);
    await types(carol, conversationId);
  });
});
