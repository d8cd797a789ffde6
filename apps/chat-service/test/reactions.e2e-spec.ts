import {
  deleteReaction,
  listMessages,
  messageReaction,
  messageUpdated,
  postReaction,
  react,
  unreact,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatProcess } from './support/chat-processes';
import { freshDatabase, useChatService } from './support/chat-service';
import { refusalsOf, stage } from './support/stage';

const { RABBITMQ_URL = '' } = process.env;
const settings = {
  MONGODB_URI: freshDatabase(),
  RABBITMQ_URL,
  MAX_REACTION_EMOJI: '3',
  MAX_REACTIONS: '5',
};
const service = useChatService(settings);
/** A second instance. */
let sibling: ChatProcess;
beforeAll(async () => {
  const USER_SERVICE_URL = service().everybody.directory.origin;
  sibling = await ChatProcess.start('reactions-2', { ...settings, USER_SERVICE_URL });
});
afterAll(async () => {
  await sibling.stop();
});

describe('a reaction', () => {
  it('is seen by all at once, and later in the history', async () => {
    const { alice, bob, conversationId, messageId } = await stage(service());
    const emoji = '👍';
    const reacted = await alice.emit(react, { messageId, emoji });
    expect(reacted.reactions).toEqual([{ emoji, user_ids: [alice.id] }]);
    const both = await bob.rest.call(postReaction, { params: { id: messageId }, body: { emoji } });
    expect(both.reactions).toEqual([{ emoji, user_ids: [alice.id, bob.id] }]);
    const heard = await bob.chat.receivesMany(messageReaction, 2);
    const place = { messageId, conversationId, emoji, added: true };
    expect(heard).toEqual([
      { ...place, ev: 2, userId: alice.id, reactions: reacted.reactions },
      { ...place, ev: 3, userId: bob.id, reactions: both.reactions },
    ]);
    expect(bob.chat.received(messageUpdated)).toEqual([]);
    const [listed] = await alice.emit(listMessages, { conversationId });
    expect(listed).toMatchObject({ reactions: both.reactions, edited_at: null, ev: 3 });
  });

  it('can be taken back, and the last one leaves nothing', async () => {
    const { alice, bob, messageId } = await stage(service());
    await alice.emit(react, { messageId, emoji: '👍' });
    await bob.emit(react, { messageId, emoji: '👍' });
    await bob.emit(react, { messageId, emoji: '❤️' });
    const one = await alice.emit(unreact, { messageId, emoji: '👍' });
    expect(one.reactions).toEqual([
      { emoji: '👍', user_ids: [bob.id] },
      { emoji: '❤️', user_ids: [bob.id] },
    ]);
    await bob.emit(unreact, { messageId, emoji: '👍' });
    // Without the selector it is the same heart.
    const params = { id: messageId, emoji: '❤' };
    const none = await bob.rest.call(deleteReaction, { params, query: {} });
    expect(none).not.toHaveProperty('reactions');
    const [, , , , , last] = await alice.chat.receivesMany(messageReaction, 6);
    expect(last).toMatchObject({ added: false, reactions: [], emoji: '❤', userId: bob.id });
  });

  it('happens once: what is there already and a repeated command change nothing', async () => {
    const { alice, bob, messageId } = await stage(service());
    const emoji = '👍';
    const one = await alice.emit(react, { messageId, emoji, clientId: 'r-1' });
    expect(await alice.emit(react, { messageId, emoji })).toMatchObject({ ev: one.ev });
    expect(await alice.emit(unreact, { messageId, emoji: '🎉' })).toMatchObject({ ev: one.ev });
    const gone = await alice.emit(unreact, { messageId, emoji, clientId: 'r-2' });
    // The first command comes again, late: it was done, and is not done again.
    const late = await alice.emit(react, { messageId, emoji, clientId: 'r-1' });
    expect(late).toMatchObject({ ev: gone.ev });
    expect(late).not.toHaveProperty('reactions');
    // The name of a command is its sender's own.
    const other = await bob.emit(react, { messageId, emoji, clientId: 'r-1' });
    expect(other.reactions).toEqual([{ emoji, user_ids: [bob.id] }]);
  });

  it.each(['👍', '👍🏽', '❤️', '❤', '👨‍👩‍👧‍👦', '🇩🇪', '3️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏳️‍🌈'])('may be %s', async (emoji) => {
    const { alice, messageId } = await stage(service());
    expect((await alice.emit(react, { messageId, emoji })).reactions).toEqual([
      { emoji, user_ids: [alice.id] },
    ]);
  });

  it.each([
    '',
    'a',
    '1',
    'ok',
    ':+1:',
    '👍👍',
    '👍 ',
    '🇩',
    '<b>',
    '👍'.repeat(40),
    `👍${'\u0301'.repeat(3)}`,
  ])('is not %j', async (emoji) => {
    const { alice, messageId } = await stage(service());
    const params = { id: messageId, emoji };
    const attempts = [
      alice.emit(react, { messageId, emoji }),
      alice.emit(unreact, { messageId, emoji }),
      alice.rest.call(postReaction, { params: { id: messageId }, body: { emoji } }),
      ...(emoji === '' ? [] : [alice.rest.call(deleteReaction, { params, query: {} })]),
    ];
    for (const refused of await refusalsOf(...attempts))
      expect(refused).toMatchObject({ code: 'BAD_REQUEST', fields: ['emoji'] });
  });

  it('has limits: different ones, and all together', async () => {
    const { alice, bob, carol, messageId } = await stage(service());
    for (const emoji of ['👍', '❤️', '🎉']) await alice.emit(react, { messageId, emoji });
    const fourth = await refusalOf(alice.emit(react, { messageId, emoji: '🙈' }));
    expect(fourth.code).toBe('CONFLICT');
    expect(fourth.message).toContain('at most 3 different');
    for (const emoji of ['👍', '❤️']) await bob.emit(react, { messageId, emoji });
    const sixth = await refusalOf(
      carol.rest.call(postReaction, { params: { id: messageId }, body: { emoji: '👍' } }),
    );
    expect(sixth).toMatchObject({ code: 'CONFLICT', status: 409 });
    expect(sixth.message).toContain('at most 5 reactions');
    await alice.emit(unreact, { messageId, emoji: '🎉' });
    await carol.emit(react, { messageId, emoji: '👍' });
  });

  it('of several people at once on two instances is never lost', async () => {
    const { alice, bob, carol, conversationId, messageId } = await stage(service());
    const emoji = '👍';
    const elsewhere = await Promise.all([alice, bob, carol].map((who) => who.device(sibling.origin)));
    const people = [alice, bob, carol];
    for (let round = 0; round < 5; round++) {
      const reacting = people.map((who, index) => [who.chat, elsewhere[index]!][(round + index) % 2]!);
      await Promise.all(reacting.map((device) => device.emit(react, { messageId, emoji })));
      const [listed] = await alice.emit(listMessages, { conversationId });
      expect([...listed!.reactions![0]!.user_ids].sort()).toEqual(people.map(({ id }) => id).sort());
      await Promise.all(reacting.map((device) => device.emit(unreact, { messageId, emoji })));
      expect((await alice.emit(listMessages, { conversationId }))[0]).not.toHaveProperty('reactions');
    }
  });
});
